"""The catalogue of pictures: what each array shows, and its dimensions after moment and seed."""

from __future__ import annotations

from dataclasses import dataclass

SQUARES = 14
"""Along each axis of the plane, in which a person's own rows are counted."""
MARGIN = 0.06
"""Room around points that have no frame of their own, as a share of their spread."""


@dataclass(frozen=True)
class Picture:
    """`dims` names the dimensions of one replica's array at one moment.

    `own` says that it holds whole rows, or what was made of them: not recorded of a person's own data
    unless the run was asked for it.
    """

    dims: tuple[str, ...]
    meaning: str
    own: bool = False


PICTURES = {
    # supervised
    "predicted": Picture(("row",), "predictions for held-out rows, in the target's unit"),
    "true": Picture(("row",), "true targets of the same rows"),
    "confusion": Picture(("true", "predicted"), "counts on the whole test part"),
    "surface": Picture(("y", "x"), "class predicted at the points of a grid in the plane"),
    "sureness": Picture(("y", "x"), "255 × the largest probability at the same points"),
    "through_time": Picture(("step",), "length of the answer's gradient along the state after each step"),
    "asked": Picture(("feature",), "how many questions the trees so far ask about each feature"),
    "tree_features": Picture(("node",), "feature that each node of a tree asks about"),
    "tree_thresholds": Picture(("node",), "the scaled value up to which the answer is yes"),
    "tree_children": Picture(("node", "answer"), "where yes and no lead; a leaf leads to itself"),
    "tree_levels": Picture(("node",), "questions before each node, −1 where there is no node"),
    "tree_counts": Picture(("node", "class"), "training rows of each class that come to each node"),
    "tree_level": Picture((), "how deep the tree is by now, −1 before it"),
    # the plane of two principal components
    "plane_points": Picture(("row", "coordinate"), "held-out rows in the plane"),
    "plane_labels": Picture(("row",), "true classes of the same rows, 0 where there are none"),
    "plane_axes": Picture(("limit",), "the drawn part of the plane: x0, x1, y0, y1"),
    # unsupervised
    "centres": Picture(("cluster", "feature"), "centres, in scaled features"),
    "plane_centres": Picture(("cluster", "coordinate"), "centres in the plane"),
    "assigned": Picture(("row",), "nearest centre of each held-out row in the plane"),
    "sizes": Picture(("cluster",), "test rows nearest to each centre"),
    "plane_clouds": Picture(("cluster", "coordinate", "coordinate"), "covariance of each cloud in the plane"),
    "cloud_shares": Picture(("cluster",), "share of each cloud"),
    "components": Picture(("component", "feature"), "components, in order of variance"),
    "explained": Picture(("component",), "share of the training variance along each component"),
    "reference_explained": Picture(("component",), "the same for the exact components"),
    "mean": Picture(("feature",), "the training mean, in scaled features"),
    "originals": Picture(
        ("example", "feature"), "some held-out rows, to be rebuilt from the components", own=True
    ),
    "branches": Picture(("merge", "what"), "the last merges of a hierarchy: left, right, distance, rows"),
    "reference_adjusted_rand": Picture(("one",), "agreement of the reference's clusters with the classes"),
    "rebuilt": Picture(
        ("example", "feature"), "what comes back of the originals; half are normal, half odd", own=True
    ),
    "errors_normal": Picture(
        ("row",), "reconstruction errors of held-out normal rows, NaN where there are fewer"
    ),
    "errors_odd": Picture(("row",), "the same of odd rows"),
    "threshold": Picture(("one",), "error that one normal row of the validation part in a hundred passes"),
    "odd_class": Picture(("one",), "the class that was never shown"),
    "generated": Picture(("row", "coordinate"), "rows made of noise, in the plane"),
    "condensing": Picture(("stage", "row", "coordinate"), "the same on their way from noise, six stages"),
    # self-supervised
    "read": Picture(("place",), "codes of a held-out row", own=True),
    "truth": Picture(("place", "word"), "chance of each next word in it, by the grammar that wrote it"),
    "foreseen": Picture(("place", "word"), "the same, as the learner foresees it", own=True),
    "written": Picture(("row", "place"), "codes of rows as the learner would write them", own=True),
    "holed": Picture(("row", "place"), "codes of held-out rows, with a hole in each", own=True),
    "hidden": Picture(("row",), "the code that was there", own=True),
    "holes": Picture(("row",), "the place of the hole"),
    "guesses": Picture(("row", "guess"), "the likeliest codes in the hole, the likeliest first", own=True),
    "sure": Picture(("row", "guess"), "how likely the learner takes each to be"),
    "lines": Picture(("row", "place"), "codes of held-out lines", own=True),
    "right": Picture(("row", "place"), "codes of their right answers", own=True),
    "answered": Picture(("row", "place"), "codes of the learner's answers", own=True),
    # reinforcement
    "episode": Picture(("step", "variable"), "observations of one greedy episode, NaN after its end"),
    "episode_actions": Picture(("step",), "its actions, −1 after its end"),
    "episode_return": Picture((), "its return"),
    "frames": Picture(
        ("picture", "y", "x"), "what it observed in the episode, evenly, where that is a picture"
    ),
    "q_surface": Picture(("y", "x", "action"), "Q over two observed variables, the others at their middle"),
    "q_values": Picture(("state", "action"), "Q of every state"),
    "q_axes": Picture(("limit",), "the drawn part of q_surface: x0, x1, y0, y1"),
    "q_variables": Picture(("variable",), "which two observed variables q_surface is drawn over"),
}
"""Every array of snapshots.safetensors by its name."""


def described(name: str, lead: tuple[str, ...], dimensions: int) -> dict[str, object]:
    """`dims` and `meaning` of an array that begins with `lead`; a learner may have pictures of its own.

    >>> described("own", ("moment", "seed"), 3)
    {'dims': ['moment', 'seed', 'axis0'], 'meaning': 'own'}
    """
    rest = dimensions - len(lead)
    picture = PICTURES.get(name)
    if picture is None or len(picture.dims) != rest:
        picture = Picture(tuple(f"axis{i}" for i in range(rest)), name.replace("_", " "))
    return {"dims": [*lead, *picture.dims], "meaning": picture.meaning}
