"""The starter model: a prior that is fair to every language, and only that."""

import json
from pathlib import Path

import pytest

from moderation.checks.learned import starter
from moderation.checks.learned.model import Model
from moderation.checks.learned.tokens import Fields, read

HERE = Path(__file__).parent
THANKS: dict[str, tuple[str, str]] = json.loads((HERE / "thanks.json").read_text("utf-8"))
SPAM = Fields(
    'Great post! I bookmarked your site. <a href="http://cheap.example/loan">payday loan</a>',
    "payday loans online",
    "http://cheap.example/payday-loans/apply",
)


@pytest.fixture
def model() -> Model:
    return Model(starter.weights())


@pytest.mark.parametrize("url", ["", "https://example.org/"], ids=["no site", "a site"])
@pytest.mark.parametrize("language", THANKS)
def test_a_note_of_thanks_is_not_taken_for_spam(model: Model, language: str, url: str) -> None:
    author, text = THANKS[language]
    assert model.weigh(read(Fields(text, author, url)).tokens).probability <= 0.6


def test_spam_as_other_blogs_have_it_comes_last_in_the_queue(model: Model) -> None:
    reading = read(SPAM)
    weighing = model.weigh(reading.tokens, parts=reading.parts)
    assert weighing.probability > 0.75
    assert all(reason.starter and reason.spam == 0 for reason in weighing.reasons)


@pytest.mark.parametrize("word", ["viagra", "cialis", "casino", "payday", "loan", "seo", "online"])
def test_it_knows_the_words_of_the_trades_that_spam_is_of(model: Model, word: str) -> None:
    reasons = {one.token: one for one in model.weigh(read(Fields(word)).tokens).reasons}
    assert reasons[f"w:{word}"].weight > 0
    assert reasons[f"w:{word}"].starter


def test_own_decisions_outweigh_it(model: Model) -> None:
    found = read(SPAM).tokens
    for _ in range(3):
        model.learn(found, spam=False)
        model.learn(read(Fields("Bees sleep at night.", "Ada")).tokens, spam=True)
    assert model.weigh(found).probability < 0.3


def test_it_holds_no_host_no_name_and_no_language() -> None:
    weights = starter.weights()
    assert len(weights) > 10_000
    assert {token.partition(":")[0] for token in weights} <= {"w", "b", "a", "s"}
    assert all(token.isascii() for token in weights)
    forms = [token for token in weights if token.startswith("s:")]
    assert not [form for form in forms if "script" in form or "caseless" in form]
    assert max(map(abs, weights.values())) <= 2.5


def test_it_is_small_and_says_where_it_comes_from() -> None:
    assert starter.FILE.stat().st_size <= 150_000
    notice = starter.FILE.with_name("NOTICE").read_text("utf-8")
    assert all(word in notice for word in ("MIT", "CC BY 4.0", "Alberto", "hendrixjoseph"))


def test_packing_keeps_weights_to_a_twentieth_and_is_always_the_same() -> None:
    weights = {"w:a": 0.26, "b:a_b": -1.0, "s:x": 0.01}
    data = starter.pack(weights)
    assert starter.unpack(data) == {"w:a": 0.25, "b:a_b": -1.0}
    assert starter.pack(dict(reversed(weights.items()))) == data


@pytest.mark.parametrize("data", [b"", b"nonsense", starter.pack({"w:a": 1.0})[:-3]])
def test_a_file_that_is_no_starter_model_is_refused(data: bytes) -> None:
    with pytest.raises(ValueError, match="starter model"):
        starter.unpack(data)
