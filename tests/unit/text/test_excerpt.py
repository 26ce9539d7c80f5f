"""What a page is called, and the words around a link."""

import pytest

from moderation.text.excerpt import around, between, title
from moderation.text.links import linking
from moderation.text.tree import Document

TARGET = "https://blog.example/a"
LINK = f'<a href="{TARGET}">the shirts</a>'
LOREM = "one two three four five six seven eight nine ten " * 10


def words(html: str) -> str:
    return around(linking(Document.parse(html), "https://o.example/", [TARGET])[0])


def named(html: str) -> str:
    return title(Document.parse(html))


@pytest.mark.parametrize(
    ("html", "words_around"),
    [
        (f"<p>I like {LINK} a lot.</p>", "I like the shirts a lot."),
        (f"<p>Before.</p><p>I like {LINK}.</p><p>After.</p>", "I like the shirts."),
        (f"<p>I <b>like <i>{LINK}</i></b>, really.</p>", "I like the shirts, really."),
        (f"<p>I like\n\n   {LINK}<br>a lot.", "I like the shirts a lot."),
        (f'<p>I like <a href="{TARGET}"><b>the</b> <i>sh</i>irts</a>!</p>', "I like the shirts!"),
        (f"<p>I &lt;3 {LINK} &amp; more</p>", "I <3 the shirts & more"),
        (f"<p>x<script>var y</script> {LINK}<style>z</style></p>", "x the shirts"),
        (f"Bare text {LINK} in a body", "Bare text the shirts in a body"),
        (f"<ul><li>one</li><li>{LINK}</li><li>three</li></ul>", "one the shirts three"),
        (f'<p>See <a href="{TARGET}"><img src=x alt=pic></a> here</p>', "See here"),
        (f'<blockquote cite="{TARGET}"><p>Said well.</p></blockquote>', "Said well."),
        (f'<link rel=x href="{TARGET}"><p>Text</p>', ""),
        (f"<p>a\u202eb\x00 {LINK}</p>", "ab the shirts"),
    ],
)
def test_the_words_are_those_of_the_paragraph(html: str, words_around: str) -> None:
    assert words(html) == words_around


def test_the_words_are_cut_where_words_end() -> None:
    said = words(f"<p>{LOREM}{LINK} {LOREM}</p>")
    before, after = said.split("the shirts")
    assert 75 <= len(before) <= 101
    assert 75 <= len(after) <= 101
    assert all(word in LOREM.split() for word in (before + after).split())


def test_a_text_without_spaces_is_cut_all_the_same() -> None:
    said = words(f"<p>{'日' * 500}{LINK}{'本' * 500}</p>")
    assert said == "日" * 100 + "the shirts" + "本" * 100


def test_a_long_link_is_shortened() -> None:
    said = words(f'<p>x <a href="{TARGET}">{"word " * 100}</a> y</p>')
    assert said.startswith("x word word")
    assert len(said) < 110


@pytest.mark.parametrize(
    ("parts", "joined"),
    [
        (("a ", "b", " c"), "a b c"),
        (("a", "b", "c"), "abc"),
        (("a", " b ", "c"), "a b c"),
        (("", "b", ""), "b"),
        (("", "", ""), ""),
    ],
)
def test_parts_are_joined_as_they_stood(parts: tuple[str, str, str], joined: str) -> None:
    assert between(*parts) == joined


@pytest.mark.parametrize(
    ("html", "said"),
    [
        ("<title>A &amp; B\n C</title><h1>H</h1>", "A & B C"),
        ("<title> </title><meta property='og:title' content='O'><h1>H</h1>", "O"),
        ("<META PROPERTY='OG:title' CONTENT=' O '>", "O"),
        ("<h1>The <b>H</b></h1><h1>2</h1>", "The H"),
        ("<svg><title>Icon</title></svg><h1>H</h1>", "H"),
        ("<template><title>T</title></template><h1>H</h1>", "H"),
        ("<title><b>x</b></title>", "<b>x</b>"),
        ("<title>a\u202eb</title>", "ab"),
        ("<p>text</p>", ""),
        ("", ""),
    ],
)
def test_the_title_of_a_page(html: str, said: str) -> None:
    assert named(html) == said


def test_a_long_title_is_shortened() -> None:
    assert len(named(f"<title>{'x' * 5000}</title>")) == 200
