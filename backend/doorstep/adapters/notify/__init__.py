"""Whoever carries texts to residents: GOV.UK Notify, or a folder for offices that have no key of it."""
