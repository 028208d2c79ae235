"""Attention against PyTorch's own, what may be looked at, which word is hidden, and counting."""

import numpy as np
import pytest
import torch
from tiny import problem, training
from torch.nn import functional

from paradigms.datasets import load
from paradigms.networks.attention import attend
from paradigms.networks.transformer import Transformer
from paradigms.selfsupervised.counting import Counts
from paradigms.selfsupervised.masked import Mask, draws

SEEDS = range(3)


def stacked(network, dtype=torch.float64):
    """The first parameters of three replicas."""
    each = [network.initial(seed, np.random.default_rng(seed)) for seed in SEEDS]
    return {name: torch.tensor(np.stack([one[name] for one in each]), dtype=dtype) for name in each[0]}


def transformer(causal=True):
    return Transformer(9, 7, (16, 16), 4, 9, causal)


def codes(rows=5, steps=7):
    return torch.randint(0, 9, (len(SEEDS), rows, steps), generator=torch.Generator().manual_seed(1))


@pytest.mark.parametrize("causal", [False, True])
def test_attention_is_pytorchs(causal):
    q, k, v = torch.randn(3, 6, 5, 4, dtype=torch.float64, generator=torch.Generator().manual_seed(0))
    mask = torch.full((5, 5), -torch.inf, dtype=torch.float64).triu(1) if causal else None
    found, share = attend(q, k, v, mask)
    right = functional.scaled_dot_product_attention(q, k, v, is_causal=causal)
    torch.testing.assert_close(found, right)
    torch.testing.assert_close(share.sum(2), torch.ones(6, 5, dtype=torch.float64))
    assert not causal or (share.triu(1) == 0).all()


@pytest.mark.parametrize("causal", [False, True])
def test_a_stack_of_blocks_is_pytorchs_encoder_with_the_norm_first(causal):
    network, x = transformer(causal), codes()
    own = stacked(network)
    for name, one in own.items():  # norms and biases that do something
        one += 0.1 * torch.randn(
            one.shape, dtype=one.dtype, generator=torch.Generator().manual_seed(len(name))
        )
    layer = torch.nn.TransformerEncoderLayer(
        16, 4, 64, dropout=0.0, norm_first=True, batch_first=True, dtype=torch.float64
    )
    ahead = torch.nn.Transformer.generate_square_subsequent_mask(7, dtype=torch.float64) if causal else None
    for r in SEEDS:
        held = {name: one[r] for name, one in own.items()}
        h = held["words"][x[r]] + held["places"]
        for block in ("1", "2"):
            named = {
                "self_attn.in_proj_weight": "look", "self_attn.in_proj_bias": "bias_look",
                "self_attn.out_proj.weight": "take", "self_attn.out_proj.bias": "bias_take",
                "linear1.weight": "widen", "linear1.bias": "bias_widen",
                "linear2.weight": "narrow", "linear2.bias": "bias_narrow",
                "norm1.weight": "gain_look", "norm1.bias": "shift_look",
                "norm2.weight": "gain_think", "norm2.bias": "shift_think",
            }  # fmt: skip
            layer.load_state_dict({there: held[here + block].t() for there, here in named.items()})
            h = layer(h, src_mask=ahead, is_causal=causal)
        h = functional.layer_norm(h, (16,), held["gain"], held["shift"])
        torch.testing.assert_close(network.forward(own, x)[r], (h @ held["weight"] + held["bias"]).detach())


def test_a_replica_has_the_same_bits_alone_and_in_company():
    network, x, own = transformer(), codes(), stacked(transformer(), torch.float32)
    for one in own.values():
        one.requires_grad_()
    network.forward(own, x).square().sum().backward()
    for r in SEEDS:
        alone = {name: one[r : r + 1].detach().requires_grad_() for name, one in own.items()}
        answer = network.forward(alone, x[r : r + 1])
        assert torch.equal(answer[0], network.forward(own, x)[r])
        answer.square().sum().backward()
        assert all(torch.equal(alone[name].grad[0], one.grad[r]) for name, one in own.items())


def test_a_later_word_changes_no_earlier_answer_of_a_decoder_and_all_of_an_encoder():
    x = codes()
    other = x.clone()
    other[:, :, 4] = (x[:, :, 4] + 1) % 9
    for causal in (True, False):
        network, own = transformer(causal), stacked(transformer(causal))
        before, after = network.forward(own, x), network.forward(own, other)
        same = (before == after).all(3)
        assert same[:, :, :4].all() == causal
        assert not same[:, :, 4:].any()


def test_gains_shifts_and_embeddings_are_no_weights_to_decay():
    network = transformer()
    left = set(network.shapes) - set(network.weights)
    assert {"words", "places", "gain", "shift", "gain_look1", "bias_widen2"} <= left
    assert all(name.startswith(("bias", "gain", "shift", "words", "places")) for name in left)


@pytest.mark.parametrize(("widths", "heads"), [((16, 8), 4), ((16, 16), 3)])
def test_widths_that_heads_cannot_share_are_refused(widths, heads):
    with pytest.raises(ValueError, match="cannot share"):
        Transformer(9, 7, widths, heads, 9, True)


def test_one_word_is_hidden_and_never_the_start_or_what_is_behind_the_end():
    x = torch.tensor([[[1, 2, 3, 0, 0, 0], [1, 2, 3, 4, 2, 3]]])
    holes = Mask(9, 0).hide(x, draws(np.random.default_rng(0), 400, 2))
    assert ((holes.x == 9).sum(2) == 1).all()
    assert torch.equal(holes.x.scatter(2, holes.place, holes.y), x.expand(400, -1, -1))
    assert holes.place[:, 0].unique().tolist() == [1, 2]
    assert holes.place[:, 1].unique().tolist() == [1, 2, 3, 4, 5]


def test_what_is_hidden_hangs_on_the_seed_and_the_draw_alone():
    one, two = (training("hiddenword", seeds=seeds).phases[0].source for seeds in ((0, 1), (1,)))
    for _ in range(3):
        first, second = one.draw(None), two.draw(None)
    assert torch.equal(first.place[1], second.place[0])
    assert torch.equal(first.x[1], second.x[0])
    third = training("hiddenword", seeds=(1,)).phases[0].source
    third.restore(*two.state())
    assert torch.equal(third.draw(None).x, two.draw(None).x)


def test_counting_is_what_one_counts_by_hand():
    counts = Counts(np.array([[0, 1, 0, 1, 0]]), np.array([[1, 0, 1, 0, 2]]), 3, 3)
    one, two = (2 + 3 / 3) / (5 + 3), (2 + 3 / 3) / (5 + 3)  # Witten–Bell: three words seen, each third below
    assert counts.probability((), 0) == pytest.approx(one)
    assert counts.probability((1,), 0) == pytest.approx((2 + one) / (2 + 1))
    assert counts.probability((0,), 1) == pytest.approx((2 + 2 * two) / (3 + 2))
    assert counts.probability((2,), 0) == pytest.approx(one)  # never seen before anything
    assert sum(counts.probability((1, 0), word) for word in range(3)) == pytest.approx(1)
    bits = counts.bits(np.array([[1, 0]]), np.array([[0, 1]]))
    assert bits[0, 0] == pytest.approx(-np.log2(counts.probability((1,), 0)))
    assert bits[0, 1] == pytest.approx(-np.log2(counts.probability((1, 0), 1)))


@torch.no_grad()
def test_the_score_is_bits_a_word_up_to_the_end_of_the_row():
    one = training("nextword")
    learner, table = one.learner, problem("nextword").parts["test"]
    log = learner.network.forward(one.parameters, table.x).log_softmax(3)
    each = -log.gather(3, table.y[..., None])[..., 0] / np.log(2)
    asked = table.x != 0
    right = (each * asked).sum((1, 2)) / asked.sum((1, 2))
    np.testing.assert_allclose(learner.evaluate(one.parameters, "test")["surprise"], right)
    assert (learner.reference("test") == np.min(list(learner.rivals("test").values()), 0)).all()
    assert (learner.baseline("test") > learner.reference("test")).all()


def test_the_form_says_what_fills_a_row():
    dataset = load("sentences")
    assert dataset.classes[dataset.form.filler] == "."
