"""Wastage analysis (recommendation 20): what each appointment came to, and the sixteen measures over them."""
