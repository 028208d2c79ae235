"""The forms that data come in: each declares its storage, shapes and split, in a file of its own."""
