"""The same on a GPU: every learner learns there what it learns here, stops and goes on to the same bits."""

import numpy as np
import pytest
import torch
from commands import same
from runs import last, request, resumed, stopped, whole
from tiny import training

from paradigms.engine.rows import Order
from paradigms.engine.streams import Streams
from paradigms.registry import LEARNERS, REGISTRY
from paradigms.reports import summarise
from paradigms.studies.asking.request import Request

pytestmark = pytest.mark.skipif(
    not torch.cuda.is_available(), reason="no CUDA device is visible to this PyTorch"
)


@pytest.mark.parametrize("name", REGISTRY)
def test_stopped_and_gone_on(name, tmp_path):
    asked = request((name,), device="cuda")
    expected = whole(asked, tmp_path / "whole")
    stopped(asked, tmp_path / "run", at=1 + last(expected) // 2)
    same(resumed(tmp_path / "run"), expected)


@pytest.mark.parametrize("name", ["regression", "classification", "kmeans", "pca"])
def test_as_good_as_on_the_processor(name, tmp_path):
    scores = []
    for device in ("cpu", "cuda"):
        asked = Request("compare", (name,), {"epochs": 5}, seeds=3, device=device).checked()
        whole(asked, tmp_path / device)
        (learner,) = summarise(tmp_path / device)["learners"]
        scores.append(learner["scores"])
    np.testing.assert_allclose(scores[1], scores[0], rtol=0.02)


def test_rows_come_in_the_same_order():
    lines = [Order(301, Streams(3, (0, 5, 9)), torch.device(kind)).take(250, 400) for kind in ("cpu", "cuda")]
    assert torch.equal(lines[0], lines[1].cpu())


@pytest.mark.parametrize("name", LEARNERS)
def test_a_slope_replayed_or_not_is_the_learners_own(name):
    """Whatever the batch holds and wherever the parameters are by now, and each time in memory of its own."""
    one = training(name, device=torch.device("cuda"))
    phase, found = one.phase()[0], []
    for _ in range(4):
        batch = phase.source.draw(one.parameters)
        expected = one.learner.slope(one.parameters, batch)
        found.append((one.slope(batch), expected))
        with torch.no_grad():
            one.parameters.flat.add_(torch.randn_like(one.parameters.flat), alpha=0.1)
        one.learner.settle(one.parameters, 60)  # when a target network is refreshed
    for slope, expected in found:
        torch.testing.assert_close(slope.losses, expected.losses)
        torch.testing.assert_close(slope.gradient, expected.gradient)
    assert len({slope.gradient.data_ptr() for slope, _ in found}) == 4
