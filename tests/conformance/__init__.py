"""Conformance: both judges against the vectors, against each other, and against wrong judges made on purpose."""
