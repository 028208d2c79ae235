"""Self-supervised learning: what was hidden from the learner is the answer."""
