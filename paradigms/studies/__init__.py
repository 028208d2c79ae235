"""Learners × seeds × settings: what is trained, recorded in a folder, and drawn from it."""
