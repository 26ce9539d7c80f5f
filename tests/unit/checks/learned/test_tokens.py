"""Which tokens a comment is made of, whatever it is made to look like."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from moderation.checks.learned.tokens import MAX_PARTS, MAX_WORDS, Fields, read, tokens

THANKS = "\u0441\u043f\u0430\u0441\u0438\u0431\u043e"  # in Russian

CASES = [
    (Fields("Buy now"), {"w:buy", "w:now", "b:buy_now", "s:length=15"}),
    (Fields("v i a g r a, c.h.e.a.p"), {"w:viagra", "w:cheap", "s:letters set apart"}),
    (Fields("c@sino and $ and bob@site.example"), {"w:casino", "w:bob"}),
    (Fields("7h15 pl4c3 0ff3r5 ch34p lo4n5"), {"w:this", "w:place", "s:digits for letters"}),
    (Fields("it was 15 degrees in 1997, an mp3"), {"w:15", "w:1997", "w:mp3"}),
    (
        Fields("vi\u200bag\u200bra\u200b now\xad"),
        {"w:viagra", "w:now", "s:unseen characters in words"},
    ),
    (Fields("\u0412uy \u13a2he \u0397ot \u039dew"), {"w:buy", "w:the", "w:hot", "w:new"}),
    (Fields("v\u0456agr\u0430"), {"w:viagra", "s:mixed-script words=1"}),
    (Fields(THANKS), {f"w:{THANKS}", "s:script=cyrillic"}),
    (
        Fields("\u8c22\u8c22\u4f60\u4eec"),
        {"w:\u8c22\u8c22", "w:\u8c22\u4f60", "w:\u4f60\u4eec", "s:script=han"},
    ),
    (Fields("&amp;#118;iagra &#x76;iagra"), {"w:viagra"}),
    (
        Fields('<a href="http://www.Pills.example/buy">cheap pills</a>'),
        {"u:pills.example", "ut:example", "w:buy", "a:cheap", "w:pills", "s:form=html", "hg:pills"},
    ),
    (Fields("7h15 4nd 7h47 pl4c3 0ff3r5 ch34p 8"), {"w:and", "w:that", "w:b"}),
    (Fields("x", url="http://eve.shop.pills.co.uk"), {"u:pills.co.uk"}),
    (Fields("STOP IT"), {"s:shouting"}),
    (Fields("[url=http://a.co.uk/x]hi[/url]"), {"s:form=bbcode", "u:a.co.uk", "a:hi"}),
    (Fields("see [this](http://shop.b.example)"), {"s:form=markdown", "u:b.example", "a:this"}),
    (Fields("at http://c.example."), {"s:form=bare", "u:c.example"}),
    (
        Fields("x", url="http://me.blogspot.com/"),
        {"u:me.blogspot.com", "s:site=root"},
    ),
    (
        Fields(
            "x",
            author="cheap flights",
            url="http://cheapflights.example/a/deep/place/to/look/at/it",
        ),
        {"w:cheap", "w:flights", "s:name=lower2", "s:name in site=all", "s:site=deep"},
    ),
    (
        Fields("x", "cheap flights", "http://a.example/go/cheap-flights.html"),
        {"s:name in path=all", "s:site is a file", "s:name in site=none"},
    ),
    (
        Fields("x", "\u0111\u1eb7c s\u1ea3n", "http://shop.a-1.example/?dac-san"),
        {
            *("s:name in path=all", "s:site with a query", "s:site below another"),
            *("s:site with a hyphen", "s:site with a digit"),
        },
    ),
    (Fields("x", "Ada Byron", "http://a.example/ada/x"), {"s:name in path=some"}),
    (Fields("x", "Ada", "http://a.example/posts/"), {"s:name in path=none"}),
    (Fields("x", source="http://eve.a.example/x.php?a=1"), {"s:source is a file"}),
    (Fields("the bees \nsleep at night"), {"s:broken line", "s:space before line end"}),
    (Fields("\u043f\u0447\u0435\u043b\u044b\n\u0441\u043f\u044f\u0442"), {"s:broken line"}),
    (Fields("x", email="eve@mail.pills.example"), {"e:mail.pills.example", "u:pills.example"}),
    (
        Fields("x", kind="trackback", source="https://pills.example/p", title="Buy it"),
        {"s:kind=trackback", "u:pills.example", "w:buy", "w:it"},
    ),
    (
        Fields("x", facts=frozenset({"trap-touched", "fast-form"})),
        {"x:trap-touched", "x:fast-form"},
    ),
]


@pytest.mark.parametrize(("fields", "expected"), CASES)
def test_what_is_found_in_a_comment(fields: Fields, expected: set[str]) -> None:
    assert expected - set(tokens(fields)) == set()


@pytest.mark.parametrize(
    ("fields", "unexpected"),
    [
        (Fields("x", url="http://www.a.example"), "u:www.a.example"),
        (Fields("x", url="http://shop.pills.co.uk"), "u:co.uk"),
        (Fields("x", email="eve@gmail.com"), "u:gmail.com"),
        (Fields("it was 4 of 7 in 1997"), "w:a"),
        (Fields("x", author="\u738b\u4f1f"), "s:name=lower1"),
        (Fields("x", author="\u738b\u4f1f\u738b", url="http://a.example"), "s:name in site=none"),
        (Fields(THANKS), "s:mixed-script words=1"),
        (Fields("Not so LOUD please"), "s:shouting"),
        (Fields("Dear Ada,\nthank you.\nBye\nEve"), "s:broken line"),
        (Fields("Bees\n\nthey sleep"), "s:broken line"),
        (Fields("Eve\nhttp://eve.example/"), "s:broken line"),
        (Fields("\u8c22\u8c22\n\u4f60\u4eec"), "s:broken line"),
        (Fields("x", "Ada", "http://www.a.example/"), "s:site below another"),
        (Fields("x", "Ada", "http://ada.github.io/"), "s:site below another"),
        (Fields("x", "Ada", "http://a.example/"), "s:name in path=none"),
    ],
)
def test_what_is_not_found_in_a_comment(fields: Fields, unexpected: str) -> None:
    assert unexpected not in tokens(fields)


def test_every_paragraph_is_in_the_whole_however_many_there_are() -> None:
    words = [f"word{letter}" for letter in "abcdefghij"]
    text = "\n\n".join(f"This one speaks of {word} alone." for word in words)
    reading = read(Fields(text))
    assert {f"w:{word}" for word in words} <= set(reading.tokens)
    assert len(reading.parts) == MAX_PARTS + 2, "each, and all but the first or the last"
    assert set(reading.parts[-1]) >= {"w:wordf", "w:wordj"}


def test_an_absent_field_leaves_no_token() -> None:
    assert tokens(Fields("")) == ("s:length=15",)


def test_a_host_is_the_same_wherever_it_stands() -> None:
    places = (
        Fields("http://pills.example"),
        Fields("", url="https://www.pills.example/x"),
        Fields("", email="a@pills.example"),
        Fields("", source="http://pills.example/post"),
    )
    assert all("u:pills.example" in tokens(place) for place in places)


def test_paragraphs_are_read_by_themselves() -> None:
    text = "I like how the bees sleep in it.\n\nCheap pills http://pills.example here now"
    reading = read(Fields(text, author="Eve"))
    assert len(reading.parts) == 2
    assert "w:bees" in reading.parts[0]
    assert "w:pills" not in reading.parts[0]
    assert "s:form=bare" in reading.parts[1]
    assert all("w:eve" in part for part in reading.parts)
    assert read(Fields("One paragraph alone, and no more.")).parts == ()


FIELD = st.text(max_size=200)


@settings(deadline=None)
@given(FIELD, FIELD, FIELD, FIELD)
def test_any_text_has_tokens_that_can_be_kept(text: str, author: str, url: str, email: str) -> None:
    found = tokens(Fields(text, author, url, email, source=url, title=author))
    assert len(found) == len(set(found))
    assert found == tokens(Fields(text, author, url, email, source=url, title=author))
    for token in found:
        token.encode("utf-8")
        assert "\0" not in token
        assert token.partition(":")[2]


HOSTILE = {
    "words": "word " * 200_000,
    "different words": " ".join(map(str, range(150_000))),
    "one word": "a" * 1_000_000,
    "openers": "<a " * 300_000,
    "half tags": "<" * 1_000_000,
    "links": "http://a.example/ " * 60_000,
    "brackets": "[" * 500_000 + "](" * 250_000,
    "markdown": "[a](" * 250_000,
    "bbcode": "[url=" * 200_000,
    "letters apart": "a " * 500_000,
    "letters and words": "a b c dd " * 100_000,
    "entities": "&" * 1_000_000,
    "numbers": "&#" + "9" * 1_000_000,
    "marks": "a" + "\u0301" * 1_000_000,
    "new lines": "\n" * 1_000_000,
    "dots": "a." * 500_000,
    "at signs": "a@" * 500_000,
    "surrogates": "\ud800" * 1_000_000,
    "letters of China": "\u8c22" * 1_000_000,
    "mixed words": "a\u0430" * 500_000,
    "quotes": "a'" * 500_000,
    "white": " " * 1_000_000,
    "stops and white": ". \n" * 300_000,
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
def test_a_hostile_text_gives_few_tokens(text: str) -> None:
    """And soon: what costs the square of its length would take minutes here."""
    reading = read(Fields(text, author=text, url=text, email=text, title=text, source=text))
    assert len(reading.tokens) < 3 * MAX_WORDS
    assert len(reading.parts) <= MAX_PARTS
    assert all(len(token) < 300 for token in reading.tokens)
