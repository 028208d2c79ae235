"""All learners side by side: figures, findings and tables."""
