"""One learner trained to its end: what is seen of it, and what it leaves."""
