"""The networks that all paradigms share."""
