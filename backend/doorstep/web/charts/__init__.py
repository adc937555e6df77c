"""Pictures of figures, drawn as SVG from plain values: every word comes in from outside, and every word is escaped."""
