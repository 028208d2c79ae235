"""How fast errors fall with more centres and more rows, where a power can be computed, and where there is none."""
# fmt: off

from typing import Any

import numpy as np

from paradigms.course import Calculation, Chart, Claim, Evidence, Lesson, Line, Predict, Sweep, below, within
from paradigms.course.drawn import growth
from paradigms.course.spread import middle, powers

COUNTS = (40, 80, 160, 320, 640)


def exponent(e: Evidence, d: Any) -> Any: return powers(growth.KS, e["centres"]["inertia"][growth.DIMENSIONS.index(d)])
def missed(e: Evidence, d: Any) -> Any: return exponent(e, d) + 2 / d
def error(e: Evidence) -> Any: return 1 - e["digits"].where().last("accuracy").T
def whole(e: Evidence) -> Any: return 1 - e["digits"].default.last("accuracy")[0]


def foretold(e: Evidence) -> Any:
    """The error with all 1,078 rows as the power of fewer rows says, over the one that came."""
    x, lines = np.log(COUNTS), np.log(np.maximum(error(e), 1e-3))
    fits = [np.polyfit(x, line, 1) for line in lines]
    return np.array([np.exp(np.polyval(fit, np.log(1078))) for fit in fits]) / whole(e)


LESSON = Lesson(
    question="How much better does more of it make a learner?",
    about="Errors often fall as a power of how much there is: a straight line on logarithmic axes. For k-means on uniform data the exponent is −2/d in d dimensions (Zador), for least squares the error is known exactly. Of digits nobody knows a law.",
    predict=(
        Predict("Twice the centres in one dimension: how many times smaller is the squared distance to the nearest? In eight?", lambda e: f"{2 ** -middle(exponent(e, 1)):.1f} and {2 ** -middle(exponent(e, 8)):.2f} times."),
        Predict("A power is fitted to the errors with up to 640 digits. How right is what it foretells with 1,078?", lambda e: f"It foretells {middle(foretold(e)):.2f} times the error that came, and by seed {np.min(foretold(e)):.2f} to {np.max(foretold(e)):.2f} times."),
    ),
    experiments=(
        Calculation("centres", growth.centres, 6, "k-means, 2,500 uniform rows, new rows", "clusters, dimensions", hurried="k-means, 800 uniform rows, new rows"),
        Calculation("rows", growth.rows, 8, "least squares, 10 features, noise 1", "rows"),
        Sweep("digits", "classification", {"labels": list(COUNTS)}, {"hidden": (128,), "l2": 3e-4, "samples": 40_000, "lr": 0.003, "batch_size": 40, "looks": 3}, {"samples": 12_000}),
    ),
    charts=(
        lambda e: Chart("centres", f"In d dimensions the exponent is near −2/d: {middle(exponent(e, 1)):.2f} in one, {middle(exponent(e, 8)):.2f} in eight", "centres", "squared distance of new rows", [Line(f"{d} dimension{'s' * (d > 1)}", growth.KS, e["centres"]["inertia"][i]) for i, d in enumerate(growth.DIMENSIONS)], log="xy"),
        lambda e: Chart("rows", "Least squares: the error falls as rows to the power {:.1f} from 15 to 20, {:.1f} from 200 to 400".format(*(middle(powers(growth.ROWS[i:][:2], e["rows"]["error"][:, i:][:, :2])) for i in (0, len(growth.ROWS) - 2))), "rows n, of p = 10 features", "squared error above the noise", [Line("measured", growth.ROWS, e["rows"]["error"]), Line("computed, p/(n − p − 1)", growth.ROWS, e["rows"]["computed"], computed=True)], log="xy"),
        lambda e: Chart("digits", f"Digits: the power of up to 640 rows says {middle(foretold(e)):.2f} times the error that came with 1,078", "labelled rows", "test error", [Line("network", (*COUNTS, 1078), np.c_[error(e), whole(e)]), Line("power of up to 640 rows", (*COUNTS, 1078), np.exp(np.polyval(np.polyfit(np.log(COUNTS), middle(np.log(np.maximum(error(e), 1e-3)), 0), 1), np.log((*COUNTS, 1078)))), computed=True)], log="xy"),
    ),
    claims=(
        Claim("In one dimension the squared distance to the nearest of K centres falls as K to the power {value}.", "In one dimension it falls as K to the power {value}.", lambda e: exponent(e, 1), within(-2.1, -1.9), theory=-2),
        Claim("In two dimensions it falls as K to the power {value}.", "In two dimensions it falls as K to the power {value}.", lambda e: exponent(e, 2), within(-1.06, -0.94), theory=-1),
        Claim("In four dimensions it falls as K to the power {value}.", "In four dimensions it falls as K to the power {value}.", lambda e: exponent(e, 4), within(-0.58, -0.46), theory=-0.5),
        Claim("In eight dimensions it falls as K to the power {value}, in one {control}.", "In eight dimensions it falls as K to the power {value}.", lambda e: exponent(e, 8), within(-0.31, -0.22), theory=-0.25, control=lambda e: exponent(e, 1)),
        Claim("The small miss in eight dimensions is no luck: the power is {value} from −2/d; up to 128 centres are few there.", "In eight dimensions the power is {value} from −2/d.", lambda e: missed(e, 8), below(0), theory="0 if the law held at this size"),
        Claim("Fitted to up to 128 centres in two dimensions, the power foretells the distance with 192: {value} times what it says comes.", "With 192 centres in two dimensions {value} times comes what the fitted power says.", lambda e: np.array([e["centres"]["held_out"][r] / np.exp(np.polyval(np.polyfit(np.log(growth.KS), np.log(line), 1), np.log(192))) for r, line in enumerate(e["centres"]["inertia"][1])]), within(0.93, 1.1), theory=1),
        Claim("The error of least squares above the noise is {value} times the computed one.", "The error of least squares above the noise is {value} times the computed one, too far off.", lambda e: np.mean(e["rows"]["error"] / e["rows"]["computed"], 1), within(0.93, 1.07), theory=1),
        Claim("Of digits a power is a rough guide: fitted to up to 640 rows, it foretells {value} times the error that came with 1,078.", "For digits the power foretells {value} times the error that came.", foretold, within(0.3, 1.6), naive=True),
    ),
    further=("paradigms sweep classification --vary labels=20,40,80,160,320,640", "Sharma & Kaplan's 4/d for networks of growing size did not come out at this size: exponents near −1 whatever d. Do not teach with it."),
    seconds=13,
)
