"""The language that is generated: its probabilities against every sentence there is, counted."""

import itertools
import math

import numpy as np
import pytest

from paradigms.datasets import load
from paradigms.datasets.generated import sentences
from paradigms.datasets.generated.sentences import END, GRAMMARS, LENGTH, START, VOCABULARY


@pytest.fixture(scope="module")
def every():
    """All sentences by their words, with their probability."""
    found = {}
    for grammar in GRAMMARS:
        for said in itertools.product(*grammar):
            words = tuple(" ".join(text for _, text in said).split())
            found[words] = found.get(words, 0.0) + math.prod(chance for chance, _ in said) / len(GRAMMARS)
    return found


@pytest.fixture(scope="module")
def drawn():
    return load("sentences")


def words(row):
    """Of a row of codes, what is said between the start and the end."""
    return tuple(VOCABULARY[code] for code in row if VOCABULARY[code] not in (START, END))


def test_every_sentence_has_a_probability_and_they_are_all_there_is(every):
    assert sum(every.values()) == pytest.approx(1)
    assert max(map(len, every)) == LENGTH - 1


def test_a_row_costs_what_its_sentence_is_worth(every, drawn):
    chances = np.take_along_axis(drawn.known["chances"], drawn.target[..., None], 2)[..., 0]
    spent = -np.log2(chances.astype(float)).sum(1)
    for row, bits in zip(drawn.target[:200], spent, strict=False):
        assert bits == pytest.approx(-math.log2(every[words(row)]), rel=1e-5)
    entropy = -sum(chance * math.log2(chance) for chance in every.values())
    assert spent.mean() == pytest.approx(entropy, abs=4 * spent.std() / math.sqrt(len(spent)))


def test_what_follows_is_what_the_sentences_that_begin_so_go_on_with(every, drawn):
    row = drawn.target[0]
    said = words(row)
    for place in range(len(said) + 1):
        begun = {one: chance for one, chance in every.items() if one[:place] == said[:place]}
        total = sum(begun.values())
        for code in {row[place], VOCABULARY.index("the"), VOCABULARY.index(END)}:
            word = VOCABULARY[code]
            right = sum(p for one, p in begun.items() if (*one, END)[place] == word) / total
            assert drawn.known["chances"][0, place, code] == pytest.approx(right, abs=1e-6)


def test_the_best_guess_is_the_likeliest_of_all_sentences_that_differ_there(every, drawn):
    for row, guess in zip(drawn.target[:60], drawn.known["guess"], strict=False):
        said = words(row)
        for place in range(len(said)):
            fitting = {word: every.get((*said[:place], word, *said[place + 1 :]), 0.0) for word in VOCABULARY}
            assert fitting[VOCABULARY[guess[place + 1]]] == pytest.approx(max(fitting.values()))


def test_who_begins_decides_which_things_follow(drawn):
    for row in drawn.target[:200]:
        said = set(words(row))
        assert bool(said & {"anna", "ben", "clara", "david", "child", "pupil"}) != bool(
            said & {"book", "cup", "hat", "lamp", "letter", "library", "bank"}
        ) or not said & {"kite", "ball", "drum", "doll", "flute", "book", "cup", "hat", "lamp", "letter"}
    assert sentences.coded(["anna", "draws"])[:4] == [
        VOCABULARY.index(w) for w in (START, "anna", "draws", END)
    ]
