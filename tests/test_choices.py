"""Ranges, lists and draws, and the settings that they make."""

from itertools import pairwise

import pytest

from paradigms import choices, lin, log
from paradigms.errors import UsageError


def grid(*texts):
    return choices.grid(dict(choices.parse(text) for text in texts))


@pytest.mark.parametrize(
    ("text", "name", "values"),
    [
        ("lr=1e-3:1:log:4", "lr", [0.001, 0.01, 0.1, 1.0]),
        ("lr=0.1", "lr", [0.1]),
        ("dropout=0:0.9:lin:4", "dropout", [0.0, 0.3, 0.6, 0.9]),
        ("target-every=1:5:lin:9", "target_every", [1, 2, 3, 4, 5]),
        ("batch-size=8,16, 8", "batch_size", [8, 16]),
        ("hidden=32,64x64,3*5", "hidden", [(32,), (64, 64), (5, 5, 5)]),
        ("double=true,false", "double", [True, False]),
        ("clip=none,1", "clip", [None, 1.0]),
        ("schedule=constant,cosine", "schedule", ["constant", "cosine"]),
        ("dataset=iris,wine", "dataset", ["iris", "wine"]),
        ("lr=3:3:log:1", "lr", [3.0]),
    ],
)
def test_values_as_they_are_typed(text, name, values):
    assert [one[name] for one in grid(text)] == values


def test_ends_are_what_was_typed_and_ratios_are_equal():
    found = [one["lr"] for one in grid("lr=1e-4:3:log:24")]
    assert (found[0], found[-1], len(found)) == (1e-4, 3.0, 24)
    assert {round(b / a, 6) for a, b in pairwise(found)} == {round(30_000 ** (1 / 23), 6)}


def test_a_grid_is_every_combination_once_and_order_of_names_does_not_matter():
    found = grid("lr=0.1,0.2", "l2=0,1e-3,0")
    assert [tuple(one.values()) for one in found] == [(0.1, 0.0), (0.1, 0.001), (0.2, 0.0), (0.2, 0.001)]
    assert choices.key({"lr": 0.1, "l2": 0.0}) == choices.key({"l2": 0.0, "lr": 0.1})
    assert len(choices.distinct([*found, *grid("l2=0", "lr=0.1,0.3")])) == 5


def test_more_draws_go_on_with_the_same_sequence():
    varied = dict(choices.parse(text) for text in ("lr=1e-4:1:log", "hidden=32,64x64", "warmup=0:9:lin"))
    few, many = choices.drawn(varied, 3, 5), choices.drawn(varied, 3, 50)
    assert many[:5] == few
    assert choices.drawn(varied, 4, 5) != few
    rates = [one["lr"] for one in many]
    assert 1e-4 < min(rates) < 1e-3, "logarithmic: a quarter of them lie in each of the four decades"
    assert {one["hidden"] for one in many} == {(32,), (64, 64)}
    assert all(isinstance(one["warmup"], int) and 0 <= one["warmup"] <= 9 for one in many)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("lr", "says no values.*lr=1e-4"),
        ("lr=", "says no values"),
        ("lr=1e-4:1:log", "does not say how many values.*:8, or add --random"),
        ("lr=0:1:log:4", "a logarithmic one lies above 0"),
        ("lr=1:2:exp:4", "1:2:exp:4 is no range"),
        ("lr=1:2:log:x", "is no range"),
        ("lr=1:2:log:0", "has no values"),
        ("lr=0,1", "--lr must be a number above 0"),
        ("rl=1,2", "unknown option 'rl': did you mean .* or 'lr'"),
        ("seeds=1,2", "--seeds cannot vary in a sweep"),
        ("device=cpu", "--device cannot vary"),
        ("hidden=0", "layer widths"),
        ("optimizer=adm", "did you mean 'adam'"),
    ],
)
def test_what_cannot_be_meant_is_one_line(text, said):
    with pytest.raises(UsageError, match=said):
        grid(text)


def test_from_python_a_range_is_a_value():
    assert choices.values("lr", log(0.01, 1, 3)) == [0.01, 0.1, 1.0]
    assert choices.values("warmup", lin(0, 4, 3)) == [0, 2, 4]
    assert str(log(0.01, 1)) == "0.01:1:log"


@pytest.mark.parametrize("layers", [(64,), (64, 64), (32,) * 20, (8, 8, 8, 16, 4)])
def test_layers_are_said_as_they_can_be_typed(layers):
    assert choices.values("hidden", [choices.said(layers)]) == [layers]
