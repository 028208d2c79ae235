"""Every option of a learner and of a study: its type, its limits and its one line of help.

The command line, the TOML file, the Python interface and the documentation read this one table; learners read
`Options`, whose names and types it is made of.
Nothing here imports torch.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Annotated, Any, TypeAlias, TypeVar, get_type_hints

from paradigms.option import Option

T = TypeVar("T")
Each: TypeAlias = T | Sequence[T]
"""A number for all replicas, or one for each."""

OPTIMIZERS = {
    "sgd": "plain (stochastic) gradient descent",
    "momentum": "heavy ball, 0.9",
    "nesterov": "momentum that looks ahead, 0.9",
    "rmsprop": "gradient over a running root mean square",
    "adam": "bias-corrected means of the gradient and its square",
    "adamw": "adam with decoupled weight decay",
    "newton": "gradient over the loss's own curvature (k-means, PCA; linear regression: least squares)",
}
SCHEDULES = {
    "constant": "no change",
    "step": "three drops to 0.3 of the step before",
    "exponential": "equal ratios, down to 0.01",
    "linear": "equal differences, down to 0",
    "hold": "no change for four fifths, then equal differences down to 0",
    "cosine": "half a cosine, down to 0",
}
ACTIVATIONS = {
    "relu": "max(0, z)",
    "leaky": "z above 0, 0.01 z below",
    "tanh": "between −1 and 1",
    "sigmoid": "between 0 and 1",
    "gelu": "z times the share of a normal distribution below z",
    "square": "z²",
}
NORMS = {
    "none": "sums as they are",
    "layer": "the sums of one row to mean 0 and variance 1",
    "batch": "the sums of one unit over the batch; answers by running statistics",
}
INITS = {
    "uniform": "U(±1/√fan in), as torch.nn.Linear",
    "he": "N(0, 2/fan in), keeps the size of signals through ReLU",
    "glorot": "U(±√(6/(fan in + fan out))), keeps it through tanh",
    "orthogonal": "a random turn, which keeps every length",
    "identity": "ones on the diagonal: a layer hands on what comes in",
    "zeros": "nothing: no hidden unit ever moves",
    "equal": "as uniform, with the hidden units of a layer all alike",
}
LOSSES = {
    "log": "the log loss of the true class",
    "verdicts": "the loss of every guess against its verdict",
    "squared": "the squared error of every guess against its verdict",
}
HEBBIAN = {
    "gradient": "the gradient of the reconstruction error",
    "hebb": "Hebb's rule, whose weights grow for ever",
    "oja": "Oja's rule, no gradient of any loss",
    "sanger": "Sanger's rule: Oja's, one component after another",
}
CRITERIA = {
    "gini": "how often two of its rows differ in class (CART)",
    "entropy": "the bits of its rows' classes; what a question takes away is its information gain (ID3)",
}
LINKAGES = {
    "ward": "those whose squared distances to the common mean grow least",
    "average": "those whose rows are nearest on average",
    "complete": "those whose farthest rows are nearest",
    "single": "those whose nearest rows are nearest",
}
MODELS = ("linear", "mlp", "rnn", "gru", "lstm", "cnn", "resnet")
TAKEN = {
    "linear": (),
    "rnn": ("hidden", "activation", "init", "init_scale"),
    "gru": ("hidden", "init", "init_scale"),
    "lstm": ("hidden", "init", "init_scale"),
    "cnn": ("hidden", "activation", "init", "init_scale"),
    "resnet": ("hidden", "activation", "residual", "init", "init_scale"),
}
"""Options of hidden layers that a network takes, where not all; `hidden` are widths of states or maps."""


def _int(help: str, low: int = 1, stacks: bool = False) -> Option:
    return Option("int", help, low=low, stacks=stacks)


def _real(
    help: str, low: float = 0.0, high: float = math.inf, open_low: bool = False, stacks: bool = False
) -> Option:
    return Option("float", help, low=low, high=high, open_low=open_low, stacks=stacks)


def _choice(help: str, choices: Iterable[str], stacks: bool = False) -> Option:
    return Option("choice", help, choices=tuple(choices), stacks=stacks)


def _named(options: Iterable[tuple[str, Option]]) -> dict[str, Option]:
    return {name: replace(option, name=name) for name, option in options}


@dataclass(frozen=True, kw_only=True)
class Options:
    """What a learner's options resolve to, each in its type; None where it is not the learner's.

    Where replicas of one program differ in an option that stacks, it is a sequence with the value of each.
    """

    # how much and how
    samples: Annotated[
        int | None, _int("Feedback each replica may consume: examples seen, or environment steps.")
    ]
    epochs: Annotated[float | None, _real("The same budget in passes over the training part.", open_low=True)]
    batch_size: Annotated[int, _int("Examples per update.")]
    optimizer: Annotated[str, _choice("Update rule.", OPTIMIZERS)]
    lr: Annotated[Each[float] | None, _real("Learning rate.", open_low=True, stacks=True)]
    schedule: Annotated[Each[str], _choice("How the learning rate changes.", SCHEDULES, stacks=True)]
    warmup: Annotated[Each[int], _int("Updates of linear rise in front of the schedule.", low=0, stacks=True)]
    momentum: Annotated[Each[float], _real("μ of momentum and nesterov.", high=1, stacks=True)]
    l1: Annotated[Each[float], _real("L1 penalty l1 ‖w‖₁ on the weights; it sets some to zero.", stacks=True)]
    l2: Annotated[Each[float] | None, _real("L2 penalty on the weights: loss + ½ l2 ‖w‖².", stacks=True)]
    weight_decay: Annotated[Each[float] | None, _real("Decoupled weight decay.", stacks=True)]
    clip: Annotated[
        Each[float] | None, _real("Largest gradient norm, per replica.", open_low=True, stacks=True)
    ]
    patience: Annotated[
        int | None, _int("Stop a replica after this many evaluations without a better validation score.")
    ]
    replacement: Annotated[
        bool, Option("flag", "Draw each row from all, instead of going through them in a shuffled order.")
    ]
    looks: Annotated[
        int, _int("Steps at which it is recorded and evaluated, at most; fewer in a sweep.", low=2)
    ]
    sequence: Annotated[
        int, _int("Training sets that are met one after another: the classes in so many parts.")
    ]
    rehearse: Annotated[
        Each[float],
        _real("Share of rows of earlier training sets among those of the later.", high=1, stacks=True),
    ]
    input_noise: Annotated[
        Each[float], _real("Noise on every number that it learns from, in deviations.", stacks=True)
    ]
    input_shift: Annotated[
        Each[int],
        _int(
            "Places by which each row that it learns from, picture or line, is shifted, at most.",
            low=0,
            stacks=True,
        ),
    ]
    # networks
    model: Annotated[
        str | Callable[..., Any] | None,
        Option("model", "Which network; your own as MODULE:FACTORY.", choices=MODELS),
    ]
    hidden: Annotated[
        tuple[int, ...], Option("widths", "Widths of hidden layers, states or maps, such as 64,64.")
    ]
    activation: Annotated[str, _choice("What a hidden unit makes of its sum.", ACTIVATIONS)]
    norm: Annotated[str, _choice("Brings the sums of hidden layers to mean 0 and variance 1.", NORMS)]
    dropout: Annotated[
        Each[float], _real("Share of hidden units that are silent at each update.", high=0.99, stacks=True)
    ]
    residual: Annotated[
        bool, Option("flag", "Hidden layers add their input, where it is as wide as they are.")
    ]
    init: Annotated[str, _choice("Where the network's weights start.", INITS)]
    init_scale: Annotated[Each[float], _real("Factor on the size of that start.", high=1e6, stacks=True)]
    layer_gradients: Annotated[bool, Option("flag", "Record the norm of the gradient of each layer too.")]
    unit_signals: Annotated[
        bool, Option("flag", "Record the share of dead units and the spread of the last hidden layer.")
    ]
    sharpness: Annotated[bool, Option("flag", "Record the largest eigenvalue of the loss's Hessian.")]
    heads: Annotated[int, _int("Heads of attention that share the width of each block.")]
    # margins
    features: Annotated[
        int, _int("Random Fourier features that a row is lifted to; 0 leaves it as it is.", low=0)
    ]
    tolerance: Annotated[float, _real("ε: errors up to this many deviations of the target are none.")]
    # trees
    depth: Annotated[int, _int("Questions in a row that a tree asks, at most.")]
    criterion: Annotated[str, _choice("How pure a node's rows are.", CRITERIA)]
    # the same data under different teachers
    replay: Annotated[
        int, _int("Updates after each batch of new examples, on examples recalled from memory.")
    ]
    loss: Annotated[
        str, _choice("Of a class: its log loss, or of every guess its verdict (Huber), or squared.", LOSSES)
    ]
    rows: Annotated[int | None, _int("Training rows that there are: the first so many. [all]", low=2)]
    labels: Annotated[int | None, _int("Training rows that have a label: the first so many. [all]")]
    unlabelled: Annotated[int, _int("Examples without answers that PCA sees before the labels.")]
    label_noise: Annotated[Each[float], _real("Share of labels that are wrong.", high=1, stacks=True)]
    reward_noise: Annotated[
        Each[float], _real("Share of verdicts that are the wrong way round.", high=1, stacks=True)
    ]
    delay: Annotated[int, _int("Images between a guess and its verdict.", low=0)]
    # unsupervised
    clusters: Annotated[int, _int("Number of centres.")]
    start: Annotated[str, _choice("Where the centres start.", ("k-means++", "random"))]
    components: Annotated[int, _int("Number of components.")]
    rule: Annotated[str, _choice("PCA's rule: the gradient, or a Hebbian one.", HEBBIAN)]
    linkage: Annotated[str, _choice("Which two clusters are merged next.", LINKAGES)]
    odd: Annotated[
        int | None, _int("Class that is never shown, counted from 0; else another for each seed.", low=0)
    ]
    all_data: Annotated[bool, Option("flag", "Train and score on every row, without a split.")]
    # reinforcement
    env: Annotated[Any, Option("text", "Gymnasium environment.")]
    """Its name; of an agent in a script, also what makes it."""
    envs: Annotated[int, _int("Environments each replica plays at once.")]
    gamma: Annotated[Each[float], _real("Discount of later rewards.", high=1, stacks=True)]
    memory: Annotated[int, _int("Examples or transitions that the replay memory keeps.")]
    learning_starts: Annotated[int, _int("Random steps before the first update.")]
    updates_per_step: Annotated[int, _int("Updates after each step of a replica's environments.")]
    target_every: Annotated[Each[int], _int("Updates between refreshes of the target network.", stacks=True)]
    epsilon: Annotated[Each[float], _real("Final share of random actions.", high=1, stacks=True)]
    exploration: Annotated[
        Each[float], _real("Share of the budget over which ε falls.", high=1, open_low=True, stacks=True)
    ]
    persistence: Annotated[int, _int("Steps that a random action is kept, at most.")]
    stretch: Annotated[int, _int("Steps in each environment before a policy learns from them.")]
    passes: Annotated[int, _int("How often a policy goes through such a stretch of play.")]
    trace: Annotated[
        Each[float],
        _real("λ: how far an act is judged by what was earned, not expected.", high=1, stacks=True),
    ]
    n_step: Annotated[int, _int("Rewards summed before bootstrapping.")]
    double: Annotated[bool, Option("flag", "Double-Q: one network picks the action, the other rates it.")]
    scaled: Annotated[
        bool, Option("flag", "Show the network observations as shares of the range the environment declares.")
    ]
    limit: Annotated[int | None, _int("Longest episode, for environments that set none.")]
    eval_episodes: Annotated[
        int, _int("Episodes that baseline and test score are the mean of; validation takes 5 at most.")
    ]
    q_loss: Annotated[
        str, _choice("Of a value: huber, or squared, which no noise of rewards biases.", ("huber", "squared"))
    ]

    def budget(self, rows: int) -> int:
        """Feedback that each replica may consume, given the rows of its training part."""
        return self.samples if self.samples is not None else math.ceil((self.epochs or 1) * rows)

    @classmethod
    def of(cls, given: Mapping[str, Any]) -> Options:
        """These; the others are not the learner's."""
        return cls(**{**dict.fromkeys(OPTIONS), **given})

    def named(self, names: Iterable[str]) -> dict[str, Any]:
        """Some of them by name."""
        return {name: getattr(self, name) for name in names}


OPTIONS: dict[str, Option] = _named(
    (name, hint.__metadata__[0]) for name, hint in get_type_hints(Options, include_extras=True).items()
)
"""Every learner option by its name in Python and TOML."""


def joined(each: Sequence[Options]) -> Options:
    """What replicas share; where they differ, the value of each."""
    found: dict[str, Any] = {}
    for name in OPTIONS:
        values = [getattr(options, name) for options in each]
        found[name] = values[0] if all(value == values[0] for value in values) else tuple(values)
    return Options(**found)


ONLY = Option("names", "Some of the learners.", "only")
"""Which learners, of those that a command has."""

STUDY: dict[str, Option] = _named(
    {
        "task": Option("text", "What kind of problem the data are."),
        "dataset": Option("text", "A data set by name (paradigms list), or openml:NAME."),
        "data": Option("text", "Your own table: CSV, Excel or Parquet."),
        "same_data": Option("text", "The same data under three teachers: a data set, or your own CSV file."),
        "target": Option("text", "The column to predict in your own table."),
        "drop": Option("columns", "Columns of your own table to leave out; may be given several times."),
        "window": Option("int", "Forecast: how many of your own table's rows, in order, are seen.", low=1),
        "horizon": Option("int", "How many rows after them the answer lies. [1]", low=1),
        "by": Option("choice", "What your own text is read by. [words]", choices=("words", "letters")),
        "stream": Option("flag", "Read your own table block by block. [above 1 GB]"),
        "ram": Option("size", "Memory that streamed rows may take. [1GB]"),
        "cache": Option("text", "Where streamed rows are kept, once shuffled."),
        "seeds": Option("int", "Replicas of each learner, seeds 0 … N−1. [10]", low=1, high=10_000),
        "seed": Option("int", "The study's own seed. [0]", low=0),
        "quick": Option("flag", "Three seeds and a short budget."),
        "embed_rows": Option("flag", "Record rows of your own data and show them on the page."),
        "device": Option("choice", "Where to compute. [auto]", choices=("auto", "cpu", "cuda", "mps")),
        "dtype": Option("choice", "Arithmetic. [float32]", choices=("float32", "float64")),
        "threads": Option("int", "Processor threads. [one; more for large steps]", low=1, high=1024),
        "workers": Option(
            "int",
            "Processes that share the seeds, two or more each. [one a processor in long runs]",
            low=1,
            high=1024,
        ),
        "slices": Option(
            "int",
            "Parts of each batch, summed in order, for as many processes as torchrun starts.",
            low=1,
            high=1024,
        ),
    }.items()
)
"""What is asked of a study as a whole, by the same names."""

_HIDDEN = frozenset(
    {"hidden", "activation", "norm", "dropout", "residual", "init", "init_scale", "layer_gradients"}
)


def idle(name: str, options: Mapping[str, Any]) -> bool:
    """Whether an option does nothing beside the others: those of hidden layers in a linear model, say.

    >>> idle("hidden", {"model": "linear"}), idle("momentum", {"optimizer": "adam"})
    (True, True)
    >>> idle("activation", {"model": "gru"}), idle("activation", {"model": "rnn"})
    (True, False)
    """
    if name in _HIDDEN:
        model = str(options.get("model"))
        unused = name not in TAKEN.get(model, _HIDDEN)
        return unused and (name != "layer_gradients" or model == "linear")
    if name == "momentum":
        return options.get("optimizer") not in ("momentum", "nesterov")
    return False
