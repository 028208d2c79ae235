"""The same on a GPU: every learner learns there what it learns here, stops and goes on to the same bits."""

import numpy as np
import pytest
import torch
from commands import same
from runs import last, request, resumed, stopped, whole

from paradigms.registry import REGISTRY
from paradigms.reports import summarise
from paradigms.studies.request import Request

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
