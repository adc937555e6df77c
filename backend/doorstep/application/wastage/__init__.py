"""Wastage analysis over what is kept: periods, filters, answers and the appointments behind each number."""
