"""The server, killed again and again while phones send: what was acknowledged is there, and the store is sound."""
