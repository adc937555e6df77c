"""Out again: what visits came to, told to the landlord's other systems."""
