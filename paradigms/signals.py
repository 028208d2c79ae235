"""The catalogue of signals: every number that is recorded or shown, and what it means.

Axis labels, tooltips and the glossary are drawn from here; a recorded signal without an entry
fails a test.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

Better = Literal["higher", "lower", "neither"]


@dataclass(frozen=True)
class Signal:
    """One quantity: `name` as recorded, `label` for axes, `formula` in plain text.

    Two scores that are less than `equal` apart are the same to whoever chooses between them.
    """

    name: str
    label: str
    symbol: str
    unit: str
    formula: str
    meaning: str
    better: Better = "neither"
    equal: float | None = None

    @property
    def measured(self) -> str:
        """The unit in a sentence: a share has none."""
        return {"": "no unit", "share": "no unit", "−1 … 1": "no unit, −1 to 1"}.get(self.unit, self.unit)


# fmt: off
_ALL = (
    # what every learner has, whatever its paradigm
    Signal("loss", "loss", "L", "the loss's own", "mean over the batch, then over the steps since the last row",
           "How wrong the learner was on what it was just told. Never comparable between paradigms.", "lower"),
    Signal("gradient_norm", "gradient norm", "‖g‖", "loss per unit of parameter", "sqrt(sum g²)",
           "How strongly the feedback pulls on the parameters, before clipping."),
    Signal("update_norm", "update norm", "‖Δθ‖", "units of parameter", "‖θ(t+1) − θ(t)‖",
           "How far the parameters moved in one step, settling included."),
    Signal("update_ratio", "update / weight", "‖Δθ‖/‖θ‖", "share", "‖Δθ‖ / ‖θ‖",
           "The size of one step beside the size of what it changes; about 0.001 is usual for networks."),
    Signal("alignment", "alignment", "cos(g,g′)", "−1 … 1", "g(t)·g(t−1) / (‖g(t)‖ ‖g(t−1)‖)",
           "Whether two successive gradients agree: 1 the same direction, 0 unrelated (noise), below 0 they contradict."),
    Signal("gradient_variance", "gradient variance", "tr Σ", "loss² per unit²", "B ‖a − b‖² / 2, from two batches of B examples",
           "How much the gradients of single examples differ: the noise."),
    Signal("gradient_square", "squared true gradient", "‖G‖²", "loss² per unit²", "a · b, from two batches",
           "What two independent batches agree on: the signal. Its estimate may fall below 0 where there is none."),
    Signal("noise_scale", "gradient noise scale", "B", "examples", "mean tr Σ / mean ‖G‖²",
           "The batch size at which noise and signal are equally large (McCandlish et al. 2018): below it twice the batch "
           "is worth nearly two steps, far above it the extra examples are wasted."),
    Signal("learning_rate", "learning rate", "η", "", "lr × schedule(t)", "The length of the step at this moment."),
    Signal("samples", "feedback consumed", "n", "samples", "examples drawn, or environment steps taken",
           "How much feedback the learner has had; a second epoch counts again, evaluation never counts."),
    Signal("read", "read first", "n₀", "samples", "training rows that the start or the centring of a replica reads",
           "They count in samples to a level; steps have not begun yet."),
    Signal("updates", "updates", "t", "steps", "number of gradient steps", "How often the parameters moved."),
    Signal("examples_processed", "examples processed", "t·B", "examples", "updates × batch size",
           "How many examples went through the gradient; replayed transitions count each time."),
    Signal("seconds", "time in steps", "s", "s", "wall time of the gradient steps so far",
           "All replicas train at once, so this is the time of all of them together; looking at them is not in it.", "lower"),
    Signal("wall_seconds", "time in all", "s", "s", "wall time of the whole block",
           "Time that every replica of this learner took together: steps, evaluations, references and pictures.", "lower"),
    Signal("target_drift", "target's move", "Δy", "share", "how far the thing aimed at moved since the last row, on fixed probes",
           "Labels never move: 0. k-means: share of probe points that changed cluster. PCA: mean squared sine of the "
           "angles the subspace turned. DQN: mean absolute change of the bootstrapped target over its mean size."),
    Signal("drift", "target drift", "Δy/n", "share per 1,000 samples", "target's move / thousands of samples since the last row",
           "How fast the thing aimed at moves. Labels never move; k-means and PCA go down one fixed loss all the same; "
           "only an agent's steps go down none."),
    Signal("baseline", "baseline", "b", "the metric's", "score of an uninformed answer",
           "The mean, the majority class, one centre, random components, a random policy."),
    Signal("reference", "reference", "r", "the metric's", "score of the solution that is named",
           "Fitted on the same training part, scored on the same part as the learner; a good solution, not always the best."),
    Signal("progress", "progress", "p", "share", "(score − baseline) / (reference − baseline)",
           "0 is an uninformed answer, 1 is as good as the named reference; it may pass 1. Null where the reference is no "
           "better than the baseline by five of its own standard deviations over seeds. The one axis all paradigms "
           "share: a share of each task's own way, and no ranking of paradigms.", "higher", 0.01),
    Signal("stopped", "stopped", "", "", "budget, early, converged or diverged", "Why this replica's training ended."),
    Signal("diverged", "diverged", "", "step", "first step with a loss or parameters that are not finite",
           "The replica was frozen at this step; it counts as the worst rank.", "lower"),
    Signal("samples_to", "samples to 50 / 90 / 95 %", "n₉₀", "samples", "first of three consecutive records of progress above it, on the validation curve",
           "How much feedback it took to get most of the way, rows that a start or a centring read first included; the "
           "median over seeds.", "lower"),
    Signal("gap", "generalisation gap", "Δ", "the metric's", "training score − score on rows it never saw",
           "How much better the learner is on what it has seen.", "lower"),
    # the same data under different teachers
    Signal("rewards", "rewards so far", "Σr", "reward", "sum of all rewards received in training",
           "How much the learner has earned while it learned, exploration included.", "higher"),
    Signal("price", "the price of feedback", "n / n₀", "times", "examples it took / examples it took with the answer",
           "How many times the examples a poorer feedback costs, to be as often right; 1 costs nothing.", "lower"),
    Signal("bits", "bits of feedback", "H", "bits", "Σ entropy of each answer: H(class), or H(right) at the rate of the moment",
           "How much the teacher's answers could have told at most; a repeated answer counts again, as a sample does."),
    # supervised
    Signal("r2", "R²", "R²", "share", "1 − Σ(y − ŷ)² / Σ(y − ȳ)²",
           "Share of the target's variance that is predicted; 0 is the mean, 1 is perfect, below 0 worse than the mean.",
           "higher", 0.01),
    Signal("rmse", "RMSE", "RMSE", "the target's", "sqrt(mean (y − ŷ)²)", "Typical size of an error, in the target's unit.", "lower"),
    Signal("accuracy", "accuracy", "acc", "share", "right answers / answers", "Share of examples whose class is predicted.",
           "higher", 0.01),
    Signal("clean_accuracy", "accuracy by the truth", "acc*", "share", "true classes named / training rows",
           "Where some labels are wrong: how often the learner names the true class of a row it learned from, whatever "
           "it was told.", "higher"),
    Signal("dead_units", "dead units", "", "share", "hidden units that answer 0 to every training row / hidden units",
           "A unit that is silent on every row has no gradient and learns nothing any more.", "lower"),
    Signal("activation_spread", "spread of the last hidden layer", "σ(h)", "", "standard deviation over rows, mean over units",
           "How much of a difference between rows reaches the answer."),
    Signal("sharpness", "sharpness", "λ", "loss per unit²", "largest eigenvalue of the Hessian of the training loss",
           "How steeply the loss bends in its steepest direction; plain descent is stable up to a rate of 2/λ."),
    Signal("exact_match", "exact match", "EM", "share", "answers right in every symbol / answers",
           "Share of whole answers that are right, written symbol by symbol.", "higher", 0.01),
    Signal("symbols_right", "symbols right", "", "share", "symbols that are the likeliest after the right ones / symbols",
           "How often the next symbol is right if those before it are.", "higher"),
    Signal("balanced_accuracy", "balanced accuracy", "bacc", "share", "mean over classes of the recall",
           "Accuracy with every class weighing the same, however rare.", "higher", 0.01),
    Signal("cross_entropy", "cross-entropy", "H", "nat", "−mean log p(true class)",
           "How surprised the learner is by the true class; unlike accuracy it feels confidence.", "lower"),
    Signal("silent", "silent rows", "", "share", "training rows beyond every margin, or within ε",
           "Rows whose gradient is zero: they say nothing any more, and could be taken away."),
    # self-supervised
    Signal("surprise", "surprise", "H", "bits a word", "−mean log₂ p(next word | the words before)",
           "What the next word costs whoever knows the forecast: 0 where it is always foreseen, 1 for a coin. Nobody "
           "is less surprised, on average, than whoever knows how the text is made. Words are letters where asked.", "lower",
           0.01),
    # unsupervised
    Signal("inertia", "inertia", "J", "scaled feature units²", "Σ min_k ‖x − c_k‖²",
           "Sum of squared distances to the nearest centre (scikit-learn's definition: a sum, without ½).", "lower"),
    Signal("empty_clusters", "empty clusters", "", "clusters", "centres that no training row is nearest to",
           "A centre without points has no gradient and would stay where it is.", "lower"),
    Signal("adjusted_rand", "agreement with the classes", "ARI", "−½ … 1", "adjusted Rand index of clusters and classes",
           "How far pairs of rows that share a cluster share a class, 0 as by chance, 1 always (Hubert & Arabie 1985); "
           "the classes were never shown to it.", "higher", 0.01),
    Signal("auc", "area under the ROC curve", "AUC", "share", "P(error of an odd row > error of a normal row)",
           "How often an odd row looks odder than a normal one: ½ by chance, 1 always.", "higher", 0.01),
    Signal("recall", "recall at 1 % alarms", "", "share", "odd rows above the threshold / odd rows",
           "Share of the odd rows that are caught where one normal row in a hundred sets off an alarm; the threshold is "
           "from normal rows of the validation part.", "higher", 0.01),
    Signal("energy_distance", "energy distance", "E", "scaled feature units", "2 E‖X − Y‖ − E‖X − X′‖ − E‖Y − Y′‖",
           "How far rows that were made are from held-out ones as a whole: 0 where both are drawn alike, and by chance "
           "a little below.", "lower"),
    Signal("log_likelihood", "log-likelihood", "log p", "nat a row", "mean log p(x)",
           "How likely the model makes rows that it has not seen; its zero means nothing.", "higher"),
    Signal("explained_variance_ratio", "explained variance", "EV", "share", "1 − Σ‖x − x̂‖² / Σ‖x − x̄‖²",
           "Share of the variance that survives the compression to k components.", "higher", 0.01),
    # reinforcement
    Signal("return", "return", "G", "reward", "Σ rewards of one greedy episode, not discounted",
           "Mean over fresh episodes played without exploration.", "higher"),
    Signal("cut", "episodes cut", "", "share", "greedy episodes that the limit ended / greedy episodes",
           "How often the longest episode came before an end of its own: all that one may wish where every step earns, "
           "and a way that leads nowhere where every step costs."),
    Signal("episode_return", "training return", "G", "reward", "Σ rewards of the last finished exploring episodes",
           "What the agent earns while it still explores; a random action costs.", "higher"),
    Signal("earned", "return while learning", "G", "reward", "mean return of the last 100 exploring episodes",
           "What learning itself earns: exploration included, the last hundred episodes of training.", "higher"),
    Signal("epsilon", "exploration", "ε", "share", "share of actions chosen at random", "How often the agent tries something at random."),
    Signal("entropy", "randomness of the policy", "H(π)", "nat", "−Σ_a π(a | s) log π(a | s), mean over probe states",
           "How undecided the policy is: as it becomes sure of its acts, it explores less by itself."),
    Signal("q_value", "predicted value", "Q", "reward", "mean over probe states of max_a Q(s, a)",
           "What the agent believes it will still earn (discounted); too high is the usual mistake."),
)
# fmt: on

LAYERS = 31
"""As many as a network may have."""


def _of_layer(layer: int) -> Signal:
    """One of the family `gradient_norm_1`, `gradient_norm_2`, …: recorded with --layer-gradients."""
    return Signal(
        f"gradient_norm_{layer}",
        f"gradient norm, layer {layer}",
        f"‖g{layer}‖",
        "loss per unit of parameter",
        f"sqrt(sum g²) over the parameters of layer {layer}, counted from the input",
        "How strongly the feedback pulls on this layer: where it fades or explodes from layer to layer, depth hurts.",
    )


SETS = 10
"""Training sets in sequence whose scores have a name here."""
_APART = ("accuracy", "inertia", "explained_variance_ratio")


def _of_set(signal: Signal, number: int) -> Signal:
    """One of the family `accuracy_set_1`, `accuracy_set_2`, …: recorded with --sequence."""
    return replace(
        signal,
        name=f"{signal.name}_set_{number}",
        label=f"{signal.label}, set {number}",
        symbol=f"{signal.symbol}{number}",
        meaning=f"The same of the rows of training set {number} alone, whenever that was met.",
    )


SIGNALS: dict[str, Signal] = {
    signal.name: signal
    for signal in (
        *_ALL,
        *(_of_layer(layer) for layer in range(1, LAYERS + 1)),
        *(_of_set(one, number) for one in _ALL if one.name in _APART for number in range(1, SETS + 1)),
    )
}
"""Every signal by its recorded name."""
