"""What is learned if something easier tells the answer almost as well."""
# fmt: off

from typing import Any


from paradigms.course import Calculation, Chart, Claim, Evidence, Lesson, Line, Predict, above, below, within
from paradigms.course.drawn import nets
from paradigms.course.spread import middle


def right(e: Evidence, name: Any, share: Any = 0.95) -> Any: return e["lamps"][name][:, nets.AGREES.index(share)]


LESSON = Lesson(
    question="What does a network learn if something easier tells the answer?",
    about="Beside each picture of a digit one of ten lamps is lit. In training it names the right class 95 % of the time, and the network is only told the class. Its test rows have the same lamps, none, or lamps that always name a wrong class.",
    predict=(
        Predict("How good is it on test rows with the same lamps?", lambda e: f"{100 * middle(right(e, 'agrees')):.0f} %."),
        Predict("And where the lamps are always wrong?", lambda e: f"{100 * middle(right(e, 'reversed')):.0f} %."),
        Predict("If the lamps were right by chance only, one time in ten?", lambda e: f"{100 * middle(right(e, 'reversed', 0.1)):.0f} %."),
    ),
    experiments=(Calculation("lamps", nets.shortcut, 8, "600 digits, 64 hidden units, Adam", "share of rows whose lamp agrees"),),
    charts=(lambda e: Chart("lamps", f"Lamps that are right 95 % of the time: {100 * middle(right(e, 'agrees')):.0f} % with them, {100 * middle(right(e, 'reversed')):.0f} % where they lie", "share of training rows whose lamp agrees", "accuracy on new rows",
                            [Line("same lamps", nets.AGREES, e["lamps"]["agrees"]), Line("no lamps", nets.AGREES, e["lamps"]["absent"]), Line("lying lamps", nets.AGREES, e["lamps"]["reversed"])], levels={"chance": 0.1}),),
    claims=(
        Claim("It learns to look at the lamp: where lamps lie, it is right {value} of the time, and {control} if they told nothing in training.", "Where lamps lie, it is right {value} of the time.", lambda e: right(e, "reversed"), below(0.85), control=lambda e: right(e, "reversed", 0.1), form="percent"),
        Claim("With lamps that tell as in training it is right {value} of the time.", "With the same lamps it is right {value} of the time.", lambda e: right(e, "agrees"), above(0.95), control=lambda e: right(e, "agrees", 0.1), form="percent"),
        Claim("Without lamps its accuracy differs by {value} from that of a network whose lamps told nothing.", "Without lamps it loses nothing: its accuracy differs by {value}.", lambda e: right(e, "absent") - right(e, "absent", 0.1), below(-0.01), form="points"),
        Claim("If the lamps never err in training, it is right {value} of the time where they lie, and {control} without any.", "If they never err in training, lying lamps leave {value}.", lambda e: right(e, "reversed", 1.0), below(0.8), theory="a network that reads the lamp alone: 0", control=lambda e: right(e, "absent", 1.0), form="percent"),
        Claim("The test part cannot show it: its score rises with how far the lamps can be trusted, by {value} from one in ten to 95 %.", "The test score changes by {value}.", lambda e: right(e, "agrees") - right(e, "agrees", 0.1), within(0, 0.2), form="points", naive=True),
    ),
    further=("How many rows with lying lamps must be added until it looks at the digit?", "paradigms lesson splits"),
    seconds=6,
)
