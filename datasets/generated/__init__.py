"""Data sets drawn from a seed in a form of their own: a module each, named as in the catalogue."""
