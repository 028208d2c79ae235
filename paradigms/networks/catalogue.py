"""Which network: from options and sizes, from a model's description, from the tensors of an older model."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
from torch import Tensor

from paradigms.engine.problem import Problem
from paradigms.errors import UsageError
from paradigms.networks.convolution import Convolution
from paradigms.networks.dropout import Dropout
from paradigms.networks.module import Factory, Module
from paradigms.networks.network import Meaning, Network
from paradigms.networks.perceptron import Perceptron
from paradigms.networks.recurrent import CELLS, Recurrent
from paradigms.networks.transformer import Transformer
from paradigms.networks.translating import EncoderDecoder
from paradigms.options import MODELS


def network(
    problem: Problem, inputs: int, outputs: int, meaning: Meaning, shape: Sequence[int] = ()
) -> Network:
    """What `model` and its options say, from rows of `inputs` numbers to `outputs`.

    Args:
        shape: of what lies flat in a row, where that is a picture and not the problem's own.

    Raises:
        UsageError: a network of a person's own that cannot be had, or that cannot answer.
    """
    options = problem.options
    model = options.model or "mlp"
    if model not in MODELS:
        factory = model if callable(model) else found(str(model))
        return Module(factory, _name(model), inputs, outputs, meaning)
    if model == "linear":
        return Perceptron([inputs, outputs], meaning)
    start: dict[str, Any] = {"init": options.init, "scale": options.init_scale}
    if model == "mlp":
        return _perceptron(problem, [inputs, *options.hidden, outputs], meaning, start)
    if options.init == "equal":
        raise UsageError(f"--init equal: the units of {model} do not start alike.", "Use --model mlp.")
    start["activation"] = options.activation
    plane, shape = (True, shape) if shape else (problem.plane, problem.shape)
    if model in CELLS:
        return Recurrent(str(model), shape, inputs, options.hidden, outputs, meaning, **start)
    pairs = model == "resnet"
    start |= {"pairs": pairs, "residual": pairs and options.residual}
    return Convolution(shape, plane, inputs, options.hidden, outputs, meaning, **start)


def _perceptron(problem: Problem, widths: Sequence[int], meaning: Meaning, start: dict[str, Any]) -> Network:
    options = problem.options
    silent = options.dropout
    return Perceptron(
        widths,
        meaning,
        activation=options.activation,
        norm=options.norm,
        residual=options.residual,
        dropout=Dropout(silent, problem.streams, problem.device) if np.any(silent) else None,
        **start,
    )


KINDS: Mapping[str, Callable[..., Network]] = {
    "perceptron": Perceptron,
    "recurrent": Recurrent,
    "convolution": Convolution,
    "transformer": Transformer,
    "encoder-decoder": EncoderDecoder,
}
"""The networks of our own, by what their descriptions call them."""


def described(about: Mapping[str, Any], model: str | None = None) -> Network:
    """The network that a model's description names, to be asked.

    Args:
        model: what the person says the network is; no code is imported because a folder says so.

    Raises:
        UsageError: it is a person's own, and they have not said that it is.
    """
    rest = {name: value for name, value in about.items() if name != "kind"}
    if about["kind"] == "module":
        named = str(rest["model"])
        if model != named:
            raise UsageError(f"its network is {named}, whose code is not kept.", f"Add --model {named}")
        return Module(found(named), **rest)
    return KINDS[about["kind"]](**rest)


def of_tensors(tensors: Mapping[str, Tensor], meaning: Meaning) -> Network:
    """The network of a model of version 1, which had no description: its widths from weights [R, in, out]."""
    depth = sum(name.startswith("weight") for name in tensors)
    weights = [tensors[f"weight{layer}"] for layer in range(1, depth + 1)]
    widths = [weights[0].shape[1], *(weight.shape[2] for weight in weights)]
    return Perceptron(widths, meaning)


def _name(model: Any) -> str:
    return model if isinstance(model, str) else str(getattr(model, "__qualname__", type(model).__name__))


def found(model: str) -> Factory:
    """The factory that MODULE:FACTORY names, in the working folder or where Python looks.

    Raises:
        UsageError: no such module or factory, or the module's own code has failed.
    """
    place, _, name = model.partition(":")
    try:
        with _from_here():
            module = importlib.import_module(place)
    except ModuleNotFoundError as error:
        if error.name is not None and (place == error.name or place.startswith(f"{error.name}.")):
            raise UsageError(
                f"--model {model}: there is no module {place} here, nor where Python looks.",
                f"Go to the folder that holds {place.partition('.')[0]}.py",
            ) from error
        raise _failed(model, place, error) from error
    except Exception as error:
        raise _failed(model, place, error) from error
    factory = getattr(module, name, None)
    if not callable(factory):
        raise UsageError(f"--model {model}: {place} holds no {name} that could be called.")
    made: Factory = factory
    return made


def _failed(model: str, place: str, error: Exception) -> UsageError:
    said = f"{type(error).__name__}: {error}".splitlines()[0]
    return UsageError(f"--model {model}: importing {place} raised {said}.")


@contextmanager
def _from_here() -> Iterator[None]:
    """Modules of the working folder come first here inside, and last from then on."""
    here = str(Path.cwd())
    sys.path.insert(0, here)
    try:
        yield
    finally:
        sys.path.remove(here)
        if here not in sys.path:
            sys.path.append(here)
