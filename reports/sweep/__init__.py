"""The page of a sweep: what varies, which of its settings is the best, and how sure that is."""
