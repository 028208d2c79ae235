"""Panel 4, what it has learned: the kinds of picture, one folder each, found by looking.

The folder's name is the `view` that a learner declares. Its front holds `KIND`; a `panel.js` beside it draws
the film in the page's player. A new kind is one more folder, and kinds do not know each other.
"""

from __future__ import annotations

import pkgutil
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

from matplotlib.axes import Axes

from ..drawing.plate import Plate
from ..films.pack import Pack
from ..films.question import Question, about_loss
from ..reading.comparison import Shown
from ..reading.folder import Json
from ..reading.pictures import Pictures


@dataclass(frozen=True)
class Kind:
    """How what was learned is shown, each part as far as its arrays were recorded.

    `plates` are its figures. `film` adds to a pack what the player draws, and returns what must be known for
    that. `question` is asked before; without one, or without an answer in this run, it is about the loss.
    `still` draws one recorded moment into axes, from the arrays that it `needs`.
    """

    plates: Callable[[Shown, Pictures], list[Plate]]
    film: Callable[[Shown, Pictures, Pack], Json] | None = None
    question: Callable[[Shown, Pictures], Question | None] | None = None
    still: Callable[[Axes, Shown, Pictures, int], None] | None = None
    needs: tuple[str, ...] = ()

    def stilled(self, pictures: Pictures) -> bool:
        """Whether the run recorded what a still needs."""
        return pictures.has(*self.needs)


def names() -> list[str]:
    """All kinds there are, in order."""
    return sorted(module.name for module in pkgutil.iter_modules(__path__) if module.ispkg)


def kind_of(learner: Shown) -> Kind | None:
    """The kind that the learner's `view` names; `None` if there is none of that name."""
    view = learner.spec.get("view")
    return import_module(f"{__name__}.{view}").KIND if view in names() else None


def plates(learner: Shown) -> list[Plate]:
    """The figures of what this learner has learned."""
    kind, pictures = kind_of(learner), learner.pictures
    return kind.plates(learner, pictures) if kind is not None and pictures is not None else []


def question(learner: Shown) -> Question | None:
    """What this learner's kind asks, else what the loss will do; `None` if the run can answer neither."""
    kind, pictures = kind_of(learner), learner.pictures
    asked = None
    if kind is not None and kind.question is not None and pictures is not None and len(pictures.samples) > 1:
        asked = kind.question(learner, pictures)
    return asked or about_loss(learner)


def panels() -> list[Path]:
    """The scripts that draw the films, in the order of the kinds."""
    homes = (Path(str(import_module(f"{__name__}.{name}").__file__)).parent for name in names())
    return [home / "panel.js" for home in homes if (home / "panel.js").is_file()]
