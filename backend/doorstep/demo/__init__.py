"""A small invented landlord, and a phone that behaves like a real one: for demonstrations, tests and measurements."""
