"""A run's folder read: config and rows, records, summary, pictures. Knows no drawing."""
