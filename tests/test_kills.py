"""SIGKILL at random moments, and on to the same bits. All of them: pytest -m slow tests/test_kills.py"""

import os
import subprocess
import sys
from pathlib import Path

import kills
import pytest
from forks import POSSIBLE

from paradigms.registry import REGISTRY

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")


def killed(what: str, count: int, seed: int) -> None:
    script = Path(__file__).with_name("kills.py")
    words = [sys.executable, "-P", str(script), what, str(count), str(seed)]
    path = os.pathsep.join([str(script.parent), os.environ.get("PYTHONPATH", "")])
    ended = subprocess.run(words, capture_output=True, text=True, env=os.environ | {"PYTHONPATH": path})
    assert ended.returncode == 0, ended.stdout + ended.stderr


@pytest.mark.skipif(not POSSIBLE, reason="needs fork, which a graphics card forbids")
@pytest.mark.parametrize("what", ["dqn", "extended-pca"])
def test_killed_at_a_random_moment(what):
    """In copies of this process."""
    assert kills.main(what, 1, seed=1) == 0


@pytest.mark.slow
@pytest.mark.parametrize("what", [*REGISTRY, "compare", "shared", "sweep", "shared-sweep", "extended"])
def test_killed_at_fifty_random_moments(what):
    killed(what, 50, seed=2)
