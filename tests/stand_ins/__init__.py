"""Services of others, kept to their contracts, on loopback: what our adapters are tried against."""
