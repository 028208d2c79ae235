"""The catalogue of pictures: what each array shows, and its dimensions after moment and seed."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Picture:
    """`dims` names the dimensions of one replica's array at one moment."""

    dims: tuple[str, ...]
    meaning: str


PICTURES = {
    # supervised
    "predicted": Picture(("row",), "predictions for held-out rows, in the target's unit"),
    "true": Picture(("row",), "true targets of the same rows"),
    "confusion": Picture(("true", "predicted"), "counts on the whole test part"),
    "surface": Picture(("y", "x"), "class predicted at the points of a grid in the plane"),
    "sureness": Picture(("y", "x"), "255 × the largest probability at the same points"),
    "through_time": Picture(("step",), "length of the answer's gradient along the state after each step"),
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
    "originals": Picture(("example", "feature"), "some held-out rows, to be rebuilt from the components"),
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
