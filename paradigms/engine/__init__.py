"""The shared engine: one loop that trains R replicas of any learner at once."""
