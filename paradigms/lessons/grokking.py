"""Right on what it was shown, and long afterwards on all: what decay has to do with it."""
# fmt: off

from typing import Any


from paradigms.course import Calculation, Chart, Claim, Evidence, Lesson, Line, Predict, above, below, within
from paradigms.course.drawn import modular
from paradigms.course.spread import middle

D = modular.DECAYS


def when(e: Evidence, what: Any, decay: Any) -> Any: return e["sums"][f"reached_{what}"][D.index(decay)]
def end(e: Evidence, what: Any, decay: Any) -> Any: return e["sums"][what][D.index(decay), :, -1]
def steps(e: Evidence) -> Any: return e["sums"]["steps"][-1]


LESSON = Lesson(
    question="Can understanding come long after knowing by heart?",
    about="A network is shown 45 % of all sums a + b modulo 31, all of them at every step. Its other sums can only be right if it has found the rule. Weight decay, which draws weights towards zero, is the one thing that varies.",
    predict=(
        Predict("After how many steps does it know the sums that it was shown?", lambda e: f"After {middle(when(e, 'own', 2.0)):.1f}."),
        Predict("And those it was not, with a decay of 2?", lambda e: f"After {middle(when(e, 'new', 2.0)):.0f}; with a decay of 4 after {middle(when(e, 'new', 4.0)):.0f}."),
        Predict("Without decay?", lambda e: f"After {steps(e):.0f} steps {100 * middle(end(e, 'new', 0.0)):.0f} % are right. That is not never."),
    ),
    experiments=(Calculation("sums", modular.grokking, 6, "a + b mod 31, 128 squared units, squared error, AdamW 0.005", "weight decay"),),
    charts=(lambda e: Chart("sums", f"Shown sums are known after {middle(when(e, 'own', 2.0)):.1f} steps, the others after {middle(when(e, 'new', 2.0)):.0f}", "steps", "share of sums that are right", [Line(f"{name}, decay {d:g}", e["sums"]["steps"], e["sums"][what][D.index(d)]) for d in D for name, what in (("shown", "own"), ("others", "new")) if d or what == "new"], levels={"chance": 1 / modular.P}),),
    claims=(
        Claim("Sums that were not shown take {value} times the steps of those that were, until they are known.", "Sums that were not shown take only {value} times the steps of those that were.", lambda e: when(e, "new", 2.0) / when(e, "own", 2.0), above(2), theory="orders of magnitude on larger tables (Power et al. 2022)"),
        Claim("The sums that were shown are known after {value} steps.", "The sums that were shown are known only after {value} steps.", lambda e: when(e, "own", 2.0), below(150)),
        Claim("The others are known, with a decay of 2, after {value} steps.", "The others, with a decay of 2, after {value}.", lambda e: when(e, "new", 2.0), within(150, 600), theory="350 to 375 in an earlier run", control=lambda e: when(e, "own", 2.0)),
        Claim("Twice the decay shortens that to {value} of it.", "Twice the decay makes that {value} of it.", lambda e: when(e, "new", 4.0) / when(e, "new", 2.0), below(0.85), form="percent"),
        Claim("Without decay {value} of the sums that were not shown are right at the end: not within these steps.", "Without decay {value} of the others are right at the end.", lambda e: end(e, "new", 0.0), below(0.5), theory="Gromov (2023) sees it without decay, later", control=lambda e: end(e, "new", 2.0), form="percent"),
    ),
    further=("Show 35 % of the sums: how much longer does it take?", "paradigms lesson overfitting"),
    seconds=11,
)
