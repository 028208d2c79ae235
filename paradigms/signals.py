"""The catalogue of signals: every number that is recorded or shown, and what it means.

Axis labels, tooltips and the glossary are drawn from here; a recorded signal without an entry
fails a test.
"""

from __future__ import annotations

from dataclasses import dataclass
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
           "The batch size at which noise and signal are equally large (McCandlish et al. 2018): below it a larger batch "
           "makes better steps, far above it the extra examples are wasted.", "lower"),
    Signal("learning_rate", "learning rate", "η", "", "lr × schedule(t)", "The length of the step at this moment."),
    Signal("samples", "feedback consumed", "n", "samples", "examples drawn, or environment steps taken",
           "How much feedback the learner has had; a second epoch counts again, evaluation never counts."),
    Signal("updates", "updates", "t", "steps", "number of gradient steps", "How often the parameters moved."),
    Signal("examples_processed", "examples processed", "t·B", "examples", "updates × batch size",
           "How many examples went through the gradient; replayed transitions count each time."),
    Signal("seconds", "time", "s", "s", "wall time since the start of training",
           "All replicas train at once, so this is the time of all of them together.", "lower"),
    Signal("wall_seconds", "training time", "s", "s", "wall time of the whole block",
           "Time to train every replica of this learner.", "lower"),
    Signal("target_drift", "target drift", "Δy", "share", "how far the thing aimed at moved since the last row, on fixed probes",
           "Labels never move: 0. k-means: share of probe points that changed cluster. PCA: mean squared sine of the "
           "angles the subspace turned. DQN: mean absolute change of the bootstrapped target over its mean size."),
    Signal("baseline", "baseline", "b", "the metric's", "score of an uninformed answer",
           "The mean, the majority class, one centre, random components, a random policy."),
    Signal("reference", "reference", "r", "the metric's", "score of the best known solution",
           "Fitted on the same training part, scored on the same held-out part."),
    Signal("progress", "progress", "p", "share", "(score − baseline) / (reference − baseline)",
           "0 is knowing nothing, 1 is as good as the best known solution. The one axis all paradigms share; it may "
           "pass 1.", "higher"),
    Signal("stopped", "stopped", "", "", "budget, early, converged or diverged", "Why this replica's training ended."),
    Signal("diverged", "diverged", "", "step", "first step with a loss or parameters that are not finite",
           "The replica was frozen at this step; it counts as the worst rank.", "lower"),
    Signal("samples_to", "samples to 50 / 90 / 95 %", "n₉₀", "samples", "first crossing of progress on the held-out curve",
           "How much feedback it took to get most of the way; the median over seeds.", "lower"),
    Signal("gap", "generalisation gap", "Δ", "the metric's", "training score − held-out score",
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
    Signal("balanced_accuracy", "balanced accuracy", "bacc", "share", "mean over classes of the recall",
           "Accuracy with every class weighing the same, however rare.", "higher", 0.01),
    Signal("cross_entropy", "cross-entropy", "H", "nat", "−mean log p(true class)",
           "How surprised the learner is by the true class; unlike accuracy it feels confidence.", "lower"),
    Signal("silent", "silent rows", "", "share", "training rows beyond every margin, or within ε",
           "Rows whose gradient is zero: they say nothing any more, and could be taken away."),
    # unsupervised
    Signal("inertia", "inertia", "J", "scaled feature units²", "Σ min_k ‖x − c_k‖²",
           "Sum of squared distances to the nearest centre (scikit-learn's definition: a sum, without ½).", "lower"),
    Signal("empty_clusters", "empty clusters", "", "clusters", "centres that no training row is nearest to",
           "A centre without points has no gradient and would stay where it is.", "lower"),
    Signal("log_likelihood", "log-likelihood", "log p", "nat a row", "mean log p(x)",
           "How likely the model makes rows that it has not seen; its zero means nothing.", "higher"),
    Signal("explained_variance_ratio", "explained variance", "EV", "share", "1 − Σ‖x − x̂‖² / Σ‖x − x̄‖²",
           "Share of the variance that survives the compression to k components.", "higher", 0.01),
    # reinforcement
    Signal("return", "return", "G", "reward", "Σ rewards of one greedy episode, not discounted",
           "Mean over fresh episodes played without exploration.", "higher"),
    Signal("episode_return", "training return", "G", "reward", "Σ rewards of the last finished exploring episodes",
           "What the agent earns while it still explores; a random action costs.", "higher"),
    Signal("earned", "return while learning", "G", "reward", "mean return of the last 100 exploring episodes",
           "What learning itself earns: exploration included, the last hundred episodes of training.", "higher"),
    Signal("epsilon", "exploration", "ε", "share", "share of actions chosen at random", "How often the agent tries something at random."),
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


SIGNALS: dict[str, Signal] = {
    signal.name: signal for signal in (*_ALL, *(_of_layer(layer) for layer in range(1, LAYERS + 1)))
}
"""Every signal by its recorded name."""
