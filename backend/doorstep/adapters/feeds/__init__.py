"""The files in which landlords' systems give their appointments, each brought to rows of our own columns."""
