"""What leaves the house as tables: which there are, what stands in them, and who may take them."""
