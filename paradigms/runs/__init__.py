"""A run's folder: plain files, and the one room that knows how they are written and read."""
