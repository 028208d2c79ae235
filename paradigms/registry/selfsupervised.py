"""The data answer: what was hidden from the learner is what it is told."""

from __future__ import annotations

from dataclasses import replace

from paradigms.entries import ROWS, TABLE, TRAINING, Entry, Feedback

NEXTWORD = Entry(
    name="nextword",
    paradigm="self-supervised",
    task="language",
    title="Next word",
    model="decoder",
    module="paradigms.selfsupervised.nextword",
    view="language",
    metric="surprise",
    lower_is_better=True,
    loss="−mean log p(next word | the words before), over all places, those behind a row's end too",
    baseline="how often each word occurs",
    reference="the best n-gram, counted",
    feedback=Feedback(
        "the text itself: the next word, hidden until it is its turn",
        "1 word at each place of a row",
        0,
        None,
        "Nobody labels anything: it foresees every word of a text from those before, and the text answers.",
    ),
    dataset="sentences",
    options=TRAINING
    | TABLE
    | ROWS
    | {
        "samples": 9_600,
        "lr": 0.003,
        "warmup": 20,
        "clip": 1.0,
        "hidden": (32, 32),
        "heads": 4,
        "layer_gradients": False,
    },
    quick={"samples": 4_800},
    evaluations=14,
    summary="which word follows, by a decoder that attends to the words before",
)

HIDDENWORD = replace(
    NEXTWORD,
    name="hiddenword",
    title="Hidden word",
    model="encoder",
    module="paradigms.selfsupervised.hiddenword",
    metric="accuracy",
    lower_is_better=False,
    loss="−mean log p(hidden word | all the others)",
    baseline="the commonest word",
    reference="the two neighbours, counted",
    feedback=Feedback(
        "the text itself: a word that was hidden from it",
        "1 hidden word",
        0,
        None,
        "Nobody labels anything: in every sentence a word is hidden, and the sentence itself is the answer.",
    ),
    options={**NEXTWORD.options, "samples": 12_800},
    quick={"samples": 6_400},
    summary="which word is missing, by an encoder that attends both ways",
)

ENTRIES = (NEXTWORD, HIDDENWORD)
