"""Cases that others published, by commands that take their path: the cases themselves are not kept here."""
