"""From what a person asks to something that can be trained."""
