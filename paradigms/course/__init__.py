"""How lessons are held: what one says, how it is trained, what it recorded, which of its claims held.

A lesson is a file in `paradigms/lessons`, and this is all that it needs to know.
"""

from paradigms.choices import lin, log
from paradigms.course.claims import Claim, above, below, within
from paradigms.course.evidence import Evidence, Table
from paradigms.course.lesson import Calculation, Draw, Film, Lesson, Predict, Sweep
from paradigms.reports.lesson import Chart, Line

__all__ = [
    "Calculation",
    "Chart",
    "Claim",
    "Draw",
    "Evidence",
    "Film",
    "Lesson",
    "Line",
    "Predict",
    "Sweep",
    "Table",
    "above",
    "below",
    "lin",
    "log",
    "within",
]
