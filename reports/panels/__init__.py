"""What the page shows of one learner: what it is told, how it changes, what the gradient does."""
