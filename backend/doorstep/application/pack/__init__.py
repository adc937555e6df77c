"""An evidence pack: one file in which a visit proves itself, without us and without a network."""
