"""A study dealt out, trained in shares, and joined again."""
