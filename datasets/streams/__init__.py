"""Tables larger than memory: read once into a shuffled cache of rows, then block by block."""
