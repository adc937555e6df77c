"""The monthly assurance report for the board: its figures, its editions, and what each of them was made from."""
