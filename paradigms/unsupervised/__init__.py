"""Learning from the data's own structure."""
