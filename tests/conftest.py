"""What every test shares: one thread, and no denormal numbers, as in a run with --threads 1."""

import pytest

from paradigms.engine import devices

devices.prepare(1)


@pytest.fixture
def rng():
    import numpy as np

    return np.random.default_rng(20240229)
