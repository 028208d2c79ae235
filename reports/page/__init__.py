"""The page itself: put together, written, and its one script."""
