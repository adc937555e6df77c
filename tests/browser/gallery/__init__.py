"""Every screen and state that a person may come to see: how it is reached, what is measured there, and its picture."""
