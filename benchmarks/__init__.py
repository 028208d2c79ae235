"""What the project measures about itself: quality against references, and time."""
