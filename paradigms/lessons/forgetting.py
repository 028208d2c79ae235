"""What is left of the first half once the second is learned, for every learner, and what a little rehearsal saves."""
# fmt: off

from typing import Any


from paradigms.course import Calculation, Chart, Claim, Evidence, Lesson, Line, Predict, above, below, within
from paradigms.course.drawn import nets
from paradigms.course.spread import middle


def of(e: Evidence, name: Any) -> Any: return e["halves"][name]
def after(e: Evidence, updates: Any) -> Any: return of(e, "old")[:, nets.LOOKS.index(updates)]
def end(e: Evidence, share: Any, what: Any = "old_end") -> Any: return of(e, what)[:, nets.REHEARSED.index(share)]


LESSON = Lesson(
    question="What is left of the old when the new is learned?",
    about="A network learns the digits 0 to 4, then 5 to 9. Nothing in its loss speaks of the old ones any more. k-means and PCA are asked the same: they learn the pictures of one half, then those of the other.",
    predict=(
        Predict("After how many updates on the new half are most old digits forgotten?", lambda e: f"After {nets.LOOKS[int((middle(of(e, 'old'), 0) < 0.5).argmax())]} of those looked at: {100 * middle(after(e, 20)):.0f} % are right after 20, from {100 * middle(of(e, 'before')):.0f} %."),
        Predict("One row in twenty is an old one. How many are right then?", lambda e: f"{100 * middle(end(e, 0.05)):.0f} %."),
    ),
    experiments=(Calculation("halves", nets.forgetting, 8, "700 digits, 64 hidden units, Adam; 10 clusters; 8 components", "share of old rows among the new"),),
    charts=(
        lambda e: Chart("halves", f"Of the old half {100 * middle(after(e, 160)):.0f} % is right after 160 updates on the new", "updates on the second half", "accuracy on new rows", [Line("first half", nets.LOOKS, of(e, "old")), Line("second half", nets.LOOKS, of(e, "new"))]),
        lambda e: Chart("rehearsed", f"One old row in twenty keeps {100 * middle(end(e, 0.05)):.0f} %", "share of old rows among the new", "accuracy after 160 updates", [Line("first half", nets.REHEARSED, of(e, "old_end")), Line("second half", nets.REHEARSED, of(e, "new_end"))]),
    ),
    claims=(
        Claim("After 160 updates on the second half {value} of the first are right, before them {control}.", "After 160 updates on the second half {value} of the first are still right.", lambda e: after(e, 160), below(0.1), control=lambda e: of(e, "before"), form="percent"),
        Claim("With one old row in twenty among the new {value} stay right.", "With one old row in twenty {value} stay right.", lambda e: end(e, 0.05), above(0.4), control=lambda e: end(e, 0.0), form="percent"),
        Claim("With one in four {value}.", "With one in four {value}.", lambda e: end(e, 0.25), above(0.85), form="percent"),
        Claim("The new half does not suffer: {value} right.", "The new half is right {value} of the time.", lambda e: end(e, 0.25, "new_end"), above(0.9), control=lambda e: end(e, 0.0, "new_end"), form="percent"),
        Claim("k-means forgets as well: its inertia on the first half grows {value} times.", "The inertia of k-means on the first half grows only {value} times.", lambda e: of(e, "kmeans")[:, 1] / of(e, "kmeans")[:, 0], above(1.3), new=True),
        Claim("PCA keeps more: of what its components explained of the first half, {value} is left.", "Of what PCA explained of the first half, {value} is left.", lambda e: of(e, "pca")[:, 1] / of(e, "pca")[:, 0], within(0.4, 0.9), form="percent", new=True),
    ),
    further=("paradigms sweep dqn --vary memory=64,1000,50000", "An agent's memory is rehearsal: its old moves are the old half."),
    seconds=6,
)
