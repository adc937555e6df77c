"""Every picture of the analysis at its edges, drawn by a real browser, to be looked at and measured."""
