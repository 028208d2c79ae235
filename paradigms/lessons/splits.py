"""What a test set is worth, how it is spoiled, and whether a lucky seed keeps its luck."""
# fmt: off

from typing import Any

import numpy as np

from paradigms.course import Calculation, Chart, Claim, Evidence, Lesson, Line, Predict, above, below, within
from paradigms.course.drawn import leaks, restarts
from paradigms.course.spread import middle


WHO = ("k-means", "classifier", "regression")


def kept(e: Evidence, who: Any) -> Any: return e["seeds"][who]
def part(e: Evidence, who: Any, what: Any) -> Any: return float(e["seeds"][f"{who}_components"][("split", "start", "rest").index(what)])


LESSON = Lesson(
    question="What is a test set worth once it has been looked at?",
    about="A score on held-out rows speaks of new rows only as long as nothing was chosen by it. Five ways of looking are tried: features chosen on all rows, the best of many guessers, rows with copies, columns scaled on all rows, and the best of ten seeds.",
    predict=(
        Predict("Classes are coin flips, features are noise. The hundred best of 5,000 are chosen on all 50 rows, then five folds judge. The error?", lambda e: f"{100 * middle(e['chosen']['outside']):.1f} %, where {100 * middle(e['chosen']['inside']):.0f} % is what features chosen within each fold give."),
        Predict("A thousand coin flippers guess 360 rows. How many does the best get right?", lambda e: f"{100 * middle(e['guessed']['best'][:, -1]):.1f} %; computed {100 * float(e['guessed']['computed'][-1]):.1f} %."),
        Predict("The best of ten starts leads on the validation part. How much of the lead is left on the test part, for k-means, for a classifier and for a regression?", lambda e: f"{100 * middle(kept(e, 'kmeans')):.0f} %, {100 * middle(kept(e, 'network')):.0f} % and {100 * middle(kept(e, 'regression')):.0f} %."),
    ),
    experiments=(
        Calculation("chosen", leaks.chosen, 8, "50 rows, 5,000 noise features, one neighbour, five folds", "where features are chosen"),
        Calculation("guessed", leaks.guessed, 8, "360 rows, two classes", "guessers"),
        Calculation("copies", leaks.copies, 8, "400 noisy moons, one neighbour", "copies before or after the split"),
        Calculation("scaled", leaks.scaled, 8, "breast cancer, logistic regression", "rows that scale the columns"),
        Calculation("seeds", restarts.crossed, 8, "k-means and a network on digits, a network on diabetes; sixteen splits crossed with thirty starts", "split, start", hurried="k-means and a network on digits, a network on diabetes; eight splits crossed with thirty starts"),
    ),
    charts=(
        lambda e: Chart("kept", f"A lucky start keeps {100 * middle(kept(e, 'kmeans')):.0f} % of its lead in k-means, {100 * middle(kept(e, 'regression')):.0f} % in a regression", "learner", "share of the lead left on the test part", [Line("each split", WHO, np.stack([kept(e, "kmeans"), kept(e, "network"), kept(e, "regression")], 1))], levels={"all of it": 1.0, "nothing": 0.0}, points=True),
        lambda e: Chart("guessed", f"The best of a thousand who flip coins is right {100 * middle(e['guessed']['best'][:, -1]):.1f} % of the time", "coin flippers", "best share right", [Line("measured", leaks.TRIES, e["guessed"]["best"]), Line("computed", leaks.TRIES, e["guessed"]["computed"], computed=True)], levels={"skill of all": 0.5}, log="x"),
        lambda e: Chart("chosen", f"Where nothing can be learned, features chosen on all rows give {100 * middle(e['chosen']['outside']):.1f} % error, in each fold {100 * middle(e['chosen']['inside']):.1f} %", "features chosen", "error in five folds", [Line("one neighbour", ("on all rows", "in each fold"), np.stack([e["chosen"]["outside"], e["chosen"]["inside"]], 1))], levels={"chance": 0.5}, points=True),
    ),
    claims=(
        Claim("Of the lead that the best of ten starts has on the validation part k-means keeps {value} on the test part, a regression {control}.", "k-means keeps {value} of the lead.", lambda e: kept(e, "kmeans"), above(0.4), theory="87 % (71 to 99) in an earlier run", control=lambda e: kept(e, "regression"), form="percent", new=True),
        Claim("A classifier keeps {value} of the lead of its best of ten starts, k-means {control}.", "A classifier keeps {value} of the lead of its best of ten starts.", lambda e: kept(e, "network"), below(0.9), theory="37 % (22 to 51) in an earlier run", control=lambda e: kept(e, "kmeans"), form="percent", new=True),
        Claim("A regression keeps {value} of the lead of its best of ten starts, k-means {control}.", "A regression keeps {value} of that lead.", lambda e: kept(e, "regression"), below(0.6), theory="−3 % (−16 to 8) in an earlier run", control=lambda e: kept(e, "kmeans"), form="percent", new=True),
        Claim("Of the variance of a classifier's test scores {value} come from the split and {control} from the start.", "The split makes {value} of the variance.", lambda e: part(e, "network", "split"), above(0.4), control=lambda e: part(e, "network", "start"), form="percent"),
        Claim("Features chosen on all rows give an error of {value} where there is nothing to learn; chosen inside the folds {control}.", "Features chosen on all rows give an error of {value}.", lambda e: e["chosen"]["outside"], below(0.1), theory="3 % (ESL, section 7.10.2)", control=lambda e: e["chosen"]["inside"], form="percent"),
        Claim("The best of a thousand coin flippers is right {value} of the time.", "The best of a thousand coin flippers is right {value} of the time.", lambda e: e["guessed"]["best"][:, -1], within(0.58, 0.59), theory=lambda e: float(e["guessed"]["computed"][-1]), form="percent"),
        Claim("Copies of rows on both sides of the split lift the accuracy of one nearest neighbour by {value}.", "Copies on both sides lift it by {value}.", lambda e: e["copies"]["twice"] - e["copies"]["once"], above(0.03), form="points"),
        Claim("Columns scaled on all rows before the split change accuracy by {value}: of all that is forbidden this matters least.", "Columns scaled on all rows change accuracy by {value}.", lambda e: e["scaled"]["difference"], within(-0.005, 0.005), theory="within 0.005 of AUC on 2,047 data sets (Roth 2026)", form="points", naive=True),
    ),
    further=("paradigms sweep classification --vary lr=1e-3:1:log:12", "A sweep's page judges its winner on fresh seeds. Why?"),
    seconds=27,
)
