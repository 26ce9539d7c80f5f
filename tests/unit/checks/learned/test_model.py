"""The model: what it learns, why it says so, and that its bytes are itself."""

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from moderation.checks.learned.keeping import BadSnapshot
from moderation.checks.learned.model import Model

SPAM = ("w:buy", "w:pills", "s:links=4")
HAM = ("w:bees", "w:sleep", "s:question")


def learned(starter: dict[str, float] | None = None) -> Model:
    model = Model(starter or {})
    for number in range(12):
        model.learn((*SPAM, f"w:s{number}"), spam=True)
        model.learn((*HAM, f"w:h{number}"), spam=False)
    return model


def test_a_model_without_decisions_knows_nothing() -> None:
    weighing = Model().weigh(SPAM)
    assert weighing.probability == 0.5
    assert weighing.reasons == ()


def test_it_tells_apart_what_it_was_taught() -> None:
    model = learned()
    assert model.weigh(SPAM).probability > 0.9
    assert model.weigh(HAM).probability < 0.1
    assert (model.spam, model.ham) == (12, 12)


def test_what_speaks_for_a_comment_is_believed_sooner_than_what_speaks_against_it() -> None:
    model = learned()
    fine, spam = model.weigh(HAM), model.weigh(SPAM)
    said = [math.fsum(one.weight for one in weighing.reasons) for weighing in (fine, spam)]
    assert said[0] == pytest.approx(-said[1], rel=0.01), "the decisions are as many, and alike"
    assert fine.probability < 1 - spam.probability


def test_a_few_decisions_are_not_believed_like_many() -> None:
    few, many = Model(), learned()
    few.learn(HAM, spam=False)
    few.learn(SPAM, spam=True)
    assert many.weigh(HAM).probability < few.weigh(HAM).probability < 0.5
    assert 0.5 < few.weigh(SPAM).probability < many.weigh(SPAM).probability


def test_a_reason_has_its_counts_and_the_strongest_comes_first() -> None:
    reasons = learned().weigh((*SPAM, "w:bees"), reasons=3).reasons
    assert [(r.spam, r.ham) for r in reasons if r.token == "w:buy"] == [(12, 0)]
    assert [abs(r.weight) for r in reasons] == sorted(
        (abs(r.weight) for r in reasons), reverse=True
    )
    assert len(reasons) == 3


def test_a_reason_says_whether_the_starter_model_had_a_say() -> None:
    model = learned({"w:casino": 2.0, "w:buy": 1.0})
    told = {r.token: (r.starter, r.spam) for r in model.weigh((*SPAM, "w:casino")).reasons}
    assert told == {
        "w:casino": (True, 0),
        "w:buy": (True, 12),
        "w:pills": (False, 12),
        "s:links=4": (False, 12),
    }


def test_a_paragraph_of_spam_is_found_behind_ham() -> None:
    model = learned()
    both = model.weigh((*HAM, *SPAM), parts=(HAM, SPAM))
    assert both.worst_part == model.weigh(SPAM).probability
    assert both.probability == model.weigh((*HAM, *SPAM)).probability, "three words are too few"

    spam, ham = tuple(f"w:s{n}" for n in range(60)), tuple(f"w:h{n}" for n in range(60))
    for _ in range(4):
        model.learn(spam, spam=True)
        model.learn(ham, spam=False)
    hidden = model.weigh((*ham, *spam), parts=(ham, spam)).probability
    assert model.weigh((*ham, *spam)).probability < hidden < model.weigh(spam).probability


def test_what_stands_around_a_text_weighs_the_same_however_long_the_text_is() -> None:
    model = learned()
    site = ("u:pills.example", "hg:pills", "s:site=deep")
    for number in range(9):
        model.learn((f"w:x{number}", *site), spam=True)
        model.learn((f"w:y{number}", "u:bees.example", "hg:beesx"), spam=False)

    def host_says(*words: str) -> float:
        reasons = model.weigh((*words, *site), reasons=99).reasons
        return sum(one.weight for one in reasons if one.token in site)

    assert host_says("w:bees") == host_says(*(f"w:h{n}" for n in range(12))) > 0


def test_the_worst_of_many_paragraphs_is_told_wherever_it_stands() -> None:
    model = learned()
    found = {
        model.weigh((*HAM, *SPAM), parts=parts).worst_part
        for parts in ((SPAM, HAM, HAM), (HAM, SPAM, HAM), (HAM, HAM, SPAM))
    }
    assert found == {model.weigh(SPAM).probability}


def test_an_empty_comment_is_weighed_too() -> None:
    model = learned()
    model.learn((), spam=True)
    assert model.weigh(()).probability == 0.5


def test_a_model_comes_back_from_its_bytes_as_it_was() -> None:
    starter = {"w:casino": 2.0, "w:buy": 1.0}
    model = learned(starter)
    data = model.dump()
    back = Model.load(data, starter)
    assert back.dump() == data
    assert back.weigh((*SPAM, *HAM, "w:casino")) == model.weigh((*SPAM, *HAM, "w:casino"))
    assert len(back) == len(model)


@pytest.mark.parametrize("cut", range(0, 400, 13))
def test_bytes_that_are_no_snapshot_are_refused_with_a_sentence(cut: int) -> None:
    data = learned().dump()
    for broken in (data[:cut], data[:cut] + b"\xff" + data[cut + 1 :], b"x" + data[cut:]):
        if broken != data:
            with pytest.raises(BadSnapshot, match=r"^The snapshot|^This is not"):
                Model.load(broken)


@settings(deadline=None)
@given(st.binary(max_size=300), st.integers(0, 300))
def test_bytes_of_a_stranger_never_make_a_model(junk: bytes, at: int) -> None:
    data = learned().dump()
    for broken in (junk, data[:at] + junk + data[at:]):
        if broken != data:
            with pytest.raises(BadSnapshot):
                Model.load(broken)


TOKENS = st.lists(st.sampled_from(["w:a", "w:b", "w:c", "s:d", "u:e"]), unique=True)


@settings(deadline=None)
@given(st.lists(st.tuples(TOKENS, st.booleans()), max_size=12), TOKENS)
def test_the_reasons_add_up_to_what_is_said(
    decisions: list[tuple[list[str], bool]], asked: list[str]
) -> None:
    model = Model({"w:a": 1.0, "u:e": -2.0})
    for tokens, spam in decisions:
        model.learn(tokens, spam=spam)
    weighing = model.weigh(asked, reasons=9)
    own = model.spam + model.ham
    trust = (own + 5) / (own + 10)
    logit = trust * math.fsum(reason.weight for reason in weighing.reasons)
    logit *= 1.2 if logit < 0 else 1
    assert weighing.probability == pytest.approx(1 / (1 + math.exp(-logit)), rel=1e-9)


@settings(deadline=None)
@given(st.lists(st.tuples(TOKENS, st.booleans()), max_size=12))
def test_a_copy_goes_its_own_way(decisions: list[tuple[list[str], bool]]) -> None:
    model = learned()
    data, twin = model.dump(), model.copy()
    for tokens, spam in decisions:
        twin.learn(tokens, spam=spam)
    assert model.dump() == data
