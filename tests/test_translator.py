"""Lines for lines: the rules of the data, the look back against PyTorch's own, and what counts as right."""

import numpy as np
import pytest
import torch
from tiny import problem, training

from paradigms.datasets import load, split
from paradigms.networks import attention


def spelled(dataset, codes):
    return "".join(dataset.classes[code] for code in codes).strip()


@pytest.mark.parametrize(("name", "rule"), [
    ("reversals", lambda line: line[::-1]),
    ("sums", lambda line: f"{sum(map(int, line.split('+'))):03d}"),
])  # fmt: skip
def test_every_answer_is_the_rules(name, rule):
    dataset = load(name)
    lines = [spelled(dataset, line) for line in dataset.frame.to_numpy()]
    assert [spelled(dataset, answer) for answer in dataset.target] == [rule(line) for line in lines]
    parts = split(dataset, study_seed=0, seeds=[0, 1])
    assert parts.train.x.dtype == np.int64
    assert not set(parts.train.rows[0]) & set(parts.test.rows[0])
    assert name == "reversals" or len(set(lines)) == len(lines)


def test_the_look_back_is_pytorchs_attention():
    generator = torch.Generator().manual_seed(0)
    shapes = attention.asking(8)
    own = {
        name: torch.randn(2, *shape, dtype=torch.float64, generator=generator)
        for name, shape in shapes.items()
    }
    h, memory = (torch.randn(2, 3, n, 8, dtype=torch.float64, generator=generator) for n in (4, 5))
    found, share = attention.ask(own, "", h, memory, heads=2)
    right = torch.nn.MultiheadAttention(8, 2, batch_first=True, dtype=torch.float64)
    for r in range(2):
        weight = torch.cat([own["ask"][r], own["recall"][r]], 1).t()
        right.in_proj_weight.data, right.in_proj_bias.data = (
            weight,
            torch.cat([own["bias_ask"][r], own["bias_recall"][r]]),
        )
        right.out_proj.weight.data, right.out_proj.bias.data = own["give"][r].t(), own["bias_give"][r]
        query = torch.nn.functional.layer_norm(h[r], (8,), own["gain_ask"][r], own["shift_ask"][r])
        looked, weights = right(query, memory[r], memory[r], average_attn_weights=False)
        torch.testing.assert_close(found[r], h[r] + looked)
        torch.testing.assert_close(share[r], weights)


@torch.no_grad()
def test_an_answer_written_alone_is_right_exactly_where_every_symbol_is_the_likeliest_after_the_right_ones():
    one = training("translator")
    learner, table = one.learner, problem("translator").parts["test"]
    for _ in range(2):
        written = learner.network.translate(one.parameters, table.x)
        right = (written == table.y).all(2).double().mean(1).numpy()
        np.testing.assert_allclose(learner.evaluate(one.parameters, "test")["exact_match"], right)
        one.parameters.flat.mul_(3.0)  # another learner


@torch.no_grad()
def test_no_symbol_is_written_in_sight_of_a_later_one():
    one = training("translator")
    network, table = one.learner.network, problem("translator").parts["test"]
    other = table.y.clone()
    other[:, :, 1] = (other[:, :, 1] + 1) % 5
    before, after = (network.forward(one.parameters, network.started(table.x, y)) for y in (table.y, other))
    same = (before == after).all(3)
    assert same[:, :, :2].all()
    assert not same[:, :, 2].any()
