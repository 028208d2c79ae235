"""The shared engine: one loop that trains R replicas of any learner at once."""

import os

# A training step is many small parallel regions. Threads that spin between them are a little faster
# alone on a machine, and ten times slower beside one other busy process. Read once, when torch loads.
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
