"""The documentation's example of a new learner is run as it stands on the page."""

from __future__ import annotations

import re
import sys
import types
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from tiny import problem

from paradigms import registry
from paradigms.engine.learner import Learner
from paradigms.studies import api

PAGE = Path(__file__).parent.parent / "docs" / "architecture.md"


@pytest.fixture
def quantile(monkeypatch: pytest.MonkeyPatch) -> str:
    """Registers the learner of docs/architecture.md under the module name it says."""
    module_text, entry_text = re.findall(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    module = types.ModuleType("paradigms.supervised.quantile")
    exec(compile(module_text, str(PAGE), "exec"), module.__dict__)
    names = {"replace": replace, "REGRESSION": registry.REGISTRY["regression"]}
    exec(compile(entry_text, str(PAGE), "exec"), names)
    monkeypatch.setitem(sys.modules, module.__name__, module)
    monkeypatch.setitem(registry.REGISTRY, "quantile", names["QUANTILE"])
    return "quantile"


def test_the_documented_learner_pulls_where_its_loss_says(quantile: str) -> None:
    asked = problem("regression")
    learner, _ = sys.modules["paradigms.supervised.quantile"].build(asked)
    parameters = asked.start(learner)
    parameters.flat.normal_(generator=torch.Generator().manual_seed(0))
    table = asked.parts["train"]
    closed, auto = learner.slope(parameters, table), Learner.slope(learner, parameters, table)
    torch.testing.assert_close(closed.losses, auto.losses)
    torch.testing.assert_close(closed.gradient, auto.gradient)


def test_the_documented_learner_trains_and_reports(quantile: str, tmp_path: Path) -> None:
    study = api.run(quantile, seeds=2, epochs=40, out=tmp_path / "run", threads=1)
    (learner,) = study.summary["learners"]
    assert learner["id"] == "quantile-diabetes-linear"
    assert learner["progress"] > 0.7
    page = study.report(tmp_path / "page")
    assert "Quantile regression" in page.read_text(encoding="utf-8")
