"""What is kept on the way, so that a run that was stopped goes on."""
