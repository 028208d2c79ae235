"""How worked examples are made: what one says, who answers, what the answers are worth in a person's unit.

An example is a file in `paradigms/examples`, and this is all that it needs to know.
"""

from paradigms.course.lesson import Draw
from paradigms.reports.lesson import Chart, Line
from paradigms.worked.acting import Agent, Moved, driver
from paradigms.worked.example import BUNDLED, GENERATED, Example, Measure, Parts, Rows, dollars, euros, parted
from paradigms.worked.outcome import Outcome
from paradigms.worked.tried import Known, Learned, fitted

__all__ = [
    "BUNDLED",
    "GENERATED",
    "Agent",
    "Chart",
    "Draw",
    "Example",
    "Known",
    "Learned",
    "Line",
    "Measure",
    "Moved",
    "Outcome",
    "Parts",
    "Rows",
    "dollars",
    "driver",
    "euros",
    "fitted",
    "parted",
]
