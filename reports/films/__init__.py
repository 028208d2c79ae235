"""What moves in the page's player: arrays packed small, curves, the timeline, the question before."""
