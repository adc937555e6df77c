"""Phones, a server and a network that all fail while visits are made: nothing confirmed may be lost or doubled."""
