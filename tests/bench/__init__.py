"""Benchmarks, run by hand with a documented command: never part of the tests, whose time says nothing."""
