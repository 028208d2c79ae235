"""Devices and arithmetic: asked for by name, denormals flushed."""

import subprocess
import sys

import numpy as np
import pytest
import torch

from paradigms.engine import devices
from paradigms.errors import UsageError


@pytest.mark.parametrize("name", ["cuda", "mps"])
def test_a_missing_device_is_an_error_never_another(name, monkeypatch):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    monkeypatch.setattr(torch.backends.mps, "is_available", lambda: False)
    found = rf"--device {name}: no .* is visible to this PyTorch\. Use --device auto or --device cpu\."
    with pytest.raises(UsageError, match=found):
        devices.resolve(name)
    assert devices.resolve("auto").type == "cpu"


def test_auto_takes_what_is_there(monkeypatch):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    monkeypatch.setattr(torch.backends.mps, "is_available", lambda: True)
    assert devices.resolve("auto").type == "mps"
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    assert devices.resolve("auto").type == "cuda"
    assert devices.resolve("cpu").type == "cpu"


def test_float64_on_mps_is_an_error():
    with pytest.raises(UsageError, match=r"^--dtype float64: .*\. Use --device cpu with --dtype float64\.$"):
        devices.resolve_dtype("float64", torch.device("mps"))
    assert devices.resolve_dtype("float32", torch.device("mps")) == torch.float32
    assert devices.resolve_dtype("float64", torch.device("cpu")) == torch.float64


def test_preparing_flushes_denormals_and_sets_threads_if_told(monkeypatch):
    told = []
    monkeypatch.setattr(torch, "set_flush_denormal", lambda on: told.append(on))
    monkeypatch.setattr(torch, "set_num_threads", lambda threads: told.append(threads))
    assert devices.prepare(None) == torch.get_num_threads()
    devices.prepare(3)
    assert told == [True, True, 3]


DENORMALS = """
import torch
from paradigms.engine import devices
assert devices.prepare(2) == 2
x = torch.full((4_000_000,), 1e-38)
small = x * 1e-3
assert not small.any(), "denormals survive"
y = torch.full((64, 300, 300), 1e-20)
assert not (y @ (y * 1e-2)).any(), "denormals survive in products"
x.requires_grad_(True)
(grad,) = torch.autograd.grad((x * 1e-3).sum() * 1e-37, x)
assert not grad.any(), "denormals survive in the backward pass"
"""


def test_denormals_are_flushed_in_every_thread(tmp_path):
    done = subprocess.run(
        [sys.executable, "-P", "-c", DENORMALS], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


def test_exact_and_numbers_are_float64():
    narrow = torch.tensor([0.1], requires_grad=True)
    assert devices.exact(narrow).dtype == torch.float64
    assert devices.numbers(narrow).dtype == np.float64
    assert devices.numbers(torch.tensor([True])).tolist() == [1.0]
