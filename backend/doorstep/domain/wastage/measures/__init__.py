"""The sixteen measures of recommendation 20, each a definition over counters; their words are catalogue keys."""
