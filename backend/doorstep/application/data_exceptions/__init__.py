"""Data exceptions (recommendation 18): what is wrong with what is held, who mends it, since when, how it is settled."""
