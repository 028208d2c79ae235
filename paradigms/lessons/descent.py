"""One ball on drawn landscapes: valleys, ravines, saddles and two minima, computed to the step."""
# fmt: off

from typing import Any

import numpy as np

from paradigms.course import Calculation, Chart, Claim, Evidence, Lesson, Line, Predict, below, within
from paradigms.course.drawn import landscapes as drawn
from paradigms.course.spread import middle, power, slopes


def decades(e: Evidence) -> Any: return -slopes(np.log10(e["network"]["asymmetry"]), e["network"]["steps"])
def descent(e: Evidence) -> Any: return power(e["ravine"]["kappa"], e["ravine"]["descent"])
def heavy(e: Evidence) -> Any: return power(e["ravine"]["kappa"], e["ravine"]["heavy_ball"])
def saddle(e: Evidence) -> Any: return float(-slopes(np.log10(e["saddle"]["start"]), e["saddle"]["steps"])[0])


LESSON = Lesson(
    question="Where does a ball roll that only feels the slope under it?",
    about="Gradient descent steps downhill by η times the slope. On simple landscapes all that follows can be computed before the first step: "
    "how many steps a valley takes, why ravines are slow whose walls are κ times as steep as their floor, how long a saddle holds, and that a minimum of curvature f″ holds no steps above 2/f″. "
    "A network whose hidden units are all alike sits on a saddle too: what leads off it is the asymmetry between them.",
    predict=(
        Predict("In the valley x² + 10x − 5, rate 0.1 takes 42 steps. How many take 0.3 and 0.9?",
                lambda e: "{:.0f} and {:.0f}: |1 − 2η| is the same for 0.1 and 0.9.".format(*e["valley"]["steps"][[4, 6]])),
        Predict("Start ten times nearer to the ridge of a saddle. How many more steps until it is left?",
                lambda e: f"{saddle(e):.1f}, however near: ln 10 / ln 1.1 = 24.2."),
        Predict("Two minima, one deeper and sharper. Which one do starts find at a rate of 0.9?",
                lambda e: f"{100 * e['minima']['flat'][-1]:.0f} % end in the flatter one and {100 * e['minima']['deep'][-1]:.0f} % in the deeper one, which is too sharp for more than {drawn.TOO_SHARP:.2f}. The rest bounce between."),
    ),
    experiments=(
        Calculation("valley", drawn.valley, 1, "x² + 10x − 5 from 5 to within 1e-3", "rate"),
        Calculation("ravine", drawn.ravine, 1, "½(x² + κy²) from (1, 1), best constants of each rule", "κ"),
        Calculation("saddle", drawn.saddle, 1, "½x² − ½y² + ¼y⁴, rate 0.1", "y at the start"),
        Calculation("minima", drawn.minima, 1, "x⁴/4 − x²/2 + x/10, 401 starts", "rate"),
        Calculation("network", drawn.equal_units, 6, "360 digits, 16 tanh units, full batch, SGD 0.2", "asymmetry of the start"),
    ),
    charts=(
        lambda e: Chart("network", f"A network of equal units sits on a saddle: {middle(decades(e)):.0f} steps more for each tenfold smaller asymmetry",
                        "asymmetry of the start", "steps until the saddle is left", [Line("network on digits", e["network"]["asymmetry"], e["network"]["steps"]),
                        Line("ball on a saddle", e["saddle"]["start"][:6], e["saddle"]["steps"][:6])], log="x", caption="The network has left it when half of the rows are right, the ball when |y| > ½."),
        lambda e: Chart("valley", f"The rate decides: {e['valley']['steps'].min():.0f} steps at best, {e['valley']['steps'].max():,.0f} at worst",
                        "learning rate", "steps", [Line("measured", e["valley"]["rate"], e["valley"]["steps"]), Line("computed", e["valley"]["rate"], e["valley"]["computed"], computed=True)], log="xy"),
        lambda e: Chart("ravine", f"Steps grow as κ to the power {descent(e):.2f}, with momentum to the power {heavy(e):.2f}", "κ, steepest over flattest curvature", "steps",
                        [Line("descent", e["ravine"]["kappa"], e["ravine"]["descent"]), Line("heavy ball", e["ravine"]["kappa"], e["ravine"]["heavy_ball"])], log="xy"),
        lambda e: Chart("minima", f"In the sharper minimum end {100 * e['minima']['deep'][0]:.0f} % of starts at a rate of 0.1 and {100 * e['minima']['deep'][-1]:.0f} % at 0.9", "learning rate", "share of starts that end there",
                        [Line("deeper and sharper", e["minima"]["rate"], e["minima"]["deep"]), Line("flatter", e["minima"]["rate"], e["minima"]["flat"])], marks={"2/f″ of the deeper": drawn.TOO_SHARP}),
    ),
    claims=(
        Claim("Of two minima the deeper one is too sharp for long steps: {value} of starts end there at a rate of 0.9, against {control} at 0.1.", "At a rate of 0.9 {value} of starts still end in the deeper, sharper minimum.",
              lambda e: float(e["minima"]["deep"][-1]), below(0.01), theory=0, control=lambda e: float(e["minima"]["deep"][0]), form="percent"),
        Claim("Each tenfold smaller asymmetry of its units costs a network {value} times the steps that are computed from how its saddle curves down.",
              "The steps that a tenth of asymmetry costs are {value} times those computed from the saddle.",
              lambda e: decades(e) / e["network"]["decade"], within(0.8, 1.3), theory="1, from ln 10 / ln(1 + η|λ₋|)", new=True),
        Claim("In a valley the steps are the computed ones, {value} off at most.", "In a valley the steps are up to {value} off those computed.",
              lambda e: float(np.abs(e["valley"]["steps"] - e["valley"]["computed"]).max()), below(1), theory="⌈ln(1e-4)/ln|1 − 2η|⌉"),
        Claim("A saddle costs {value} steps for each tenfold nearer start.", "A saddle costs {value} steps for each tenfold nearer start, not the computed ones.",
              saddle, within(23.9, 24.5), theory=float(np.log(10) / np.log(1.1))),
        Claim("In a ravine the steps of descent grow as κ to the power {value}.", "In a ravine the steps of descent grow as κ to the power {value}.", descent, within(0.97, 1.03), theory=1),
        Claim("With momentum the steps grow as κ to the power {value} only.", "With momentum they grow as κ to the power {value}.", heavy, within(0.4, 0.8), theory="½, plus a logarithm", control=descent),
    ),
    further=("paradigms lesson optimisers", "What would noise in the gradient do to a start exactly on the ridge?"),
    seconds=13,
)
