"""Spam that was learnt once is known again in other clothes."""

import pytest

from moderation.checks.learned.model import Model, Weighing
from moderation.checks.learned.tokens import Fields, read, tokens

PILLS = "Buy cheap pills online without prescription at http://shop.cheappills.example/viagra now"
BEES = "I did not know that bees sleep at night, holding on to a leaf. Do they dream of flowers?"
HAM = (
    BEES,
    "Thank you, this helped me fix the build. What about the next release?",
    "My grandmother kept bees behind the house and talked to them every evening.",
    "There is a small mistake in the second paragraph: the photo shows a hoverfly.",
    "We saw the same thing last summer near the lake, on a cold morning.",
)
SPAM = (
    PILLS,
    "Cheap pills online, no prescription, fast delivery http://cheappills.example/order",
    "Best online pharmacy sells cheap viagra pills [url=http://cheappills.example]order now[/url]",
    "Payday loan online without credit check, apply now http://fastloan.example/apply",
    "Online casino bonus, play now and win http://luckycasino.example/bonus",
)
GOLDEN = 0.3194027998399936  # of the sentence below; changes with the arithmetic alone
DISGUISES = {
    "as it was": PILLS,
    "digits for letters": "8uy ch34p p1ll5 0nl1n3 w17h0u7 pr35cr1p710n http://other.example/x",
    "letters set apart": "B.u.y c.h.e.a.p p-i-l-l-s o n l i n e, w.i.t.h.o.u.t prescription",
    "look-alike letters": "Buy che\u0430p p\u0456lls \u043enline without pr\u0435scription",
    "unseen characters": "Buy che\u200bap pi\u200blls on\u200bline without pre\u200bscription",
    "full width": "Buy \uff43\uff48\uff45\uff41\uff50 \uff50\uff49\uff4c\uff4c\uff53 online",
    "entities": "Buy &#99;heap &#112;ills &amp;#111;nline without prescription",
    "percent signs": "Buy%20cheap%20pills%20online%20without%20prescription",
}


@pytest.fixture(scope="module")
def model() -> Model:
    learned = Model()
    for _ in range(4):
        for spam, ham in zip(SPAM, HAM, strict=True):
            learned.learn(tokens(Fields(spam, "cheap pills")), spam=True)
            learned.learn(tokens(Fields(ham, "Ada Lovelace")), spam=False)
    return learned


def weighed(model: Model, fields: Fields) -> Weighing:
    reading = read(fields)
    return model.weigh(reading.tokens, parts=reading.parts)


@pytest.mark.parametrize("text", DISGUISES.values(), ids=DISGUISES.keys())
def test_a_disguise_does_not_help(model: Model, text: str) -> None:
    assert weighed(model, Fields(text, "Somebody")).probability > 0.9


def test_words_nobody_has_written_yet_are_far_from_being_called_spam(model: Model) -> None:
    assert weighed(model, Fields("Zwölf Boxkämpfer jagen Viktor", "Max")).probability < 0.9


def test_a_borrowed_comment_in_front_does_not_hide_it(model: Model) -> None:
    alone = weighed(model, Fields(BEES, "Ada Lovelace"))
    hidden = weighed(model, Fields(f"{BEES}\n\n{HAM[2]}\n\n{PILLS}", "Ada Lovelace"))
    assert alone.worst_part < 0.1
    assert hidden.worst_part > 0.5, "no approval for it"
    assert hidden.probability > alone.probability


@pytest.mark.parametrize(
    "fields",
    [
        Fields("See http://cheappills.example/"),
        Fields("Hello", url="http://www.cheappills.example"),
        Fields("Hello", email="info@cheappills.example"),
        Fields("Hello", kind="trackback", source="https://news.cheappills.example/post"),
        Fields("Hello", url="http://cheappills2.example"),
    ],
    ids=["in the text", "as website", "in the mail address", "as a ping's source", "a like name"],
)
def test_a_host_is_known_wherever_it_stands_and_by_its_likes(model: Model, fields: Fields) -> None:
    weighing = weighed(model, fields)
    assert weighing.probability > weighed(model, Fields("Hello")).probability
    reasons = model.weigh(tokens(fields), reasons=20).reasons
    assert any(reason.token.startswith(("u:", "hg:")) for reason in reasons)


def test_tokens_come_in_the_order_of_the_text_on_every_python() -> None:
    fields = Fields("Hi! See http://b.example/x", "Eve", facts=frozenset({"b", "a"}))
    assert tokens(fields) == (
        *("u:b.example", "ut:example", "w:hi", "w:see", "b:hi_see", "s:ends with link"),
        *("s:length=15", "s:links=1", "s:form=bare", "s:mostly links", "w:eve"),
        *("s:name=Title1", "x:a", "x:b"),
    )


def test_scores_are_the_same_on_every_python(model: Model) -> None:
    weighing = weighed(model, Fields("Cheap bees, and where they sleep", "Somebody"))
    assert weighing.probability == pytest.approx(GOLDEN, rel=1e-12)
