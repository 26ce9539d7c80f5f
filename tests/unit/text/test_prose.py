"""Prose is written just as Markdown would write it, and what is marked up is left to Markdown."""

import random

import pytest

from moderation.text.markdown import write_markdown
from moderation.text.prose import is_prose, write_prose
from moderation.text.sanitize import Writer

PIECES = (
    *("word", "Wörter", "日本語", "e\u0301", "😀", "a", "I", "9", "1.", "12)", "3.5", "٣"),
    *("http", "https", "HTTPS", "://", ":", "http://a.example", "https://b.example/p?q=1#f"),
    *(
        "https://c.example/(x)",
        "ftp://d.example",
        "http://",
        "https://[::1]/",
        "mailto:a@b.example",
    ),
    *(" ", " ", " ", " ", "  ", "\n", "\n", "\n\n", "\n\n\n", "\t", "\xa0", "\u3000", "\u2028"),
    *(
        ".",
        ",",
        ";",
        "!",
        "?",
        "…",
        "\u2013",
        "\u2019",
        "'",
        '"',
        "(",
        ")",
        "{",
        "}",
        "|",
        "$",
        "%",
        "^",
    ),
    *("#", "# ", "=", "===", "-", "- ", "---", "+ ", "* ", "*", "_", "**", "~~", "`", "&", "&amp;"),
    *("\\", "[", "]", "[a](b)", "<", ">", "> ", "<em>", "</em>", "@", "/", "//", "www.e.example"),
)


def html(text: str, write: object) -> str:
    writer = Writer()
    assert callable(write)
    write(text, writer)
    return writer.html()


def test_whatever_is_prose_is_written_as_markdown_would() -> None:
    chance = random.Random("prose")  # noqa: S311 no secret
    told = 0
    for _ in range(6000):
        plain = PIECES[:44] if chance.random() < 0.7 else PIECES
        text = "".join(chance.choices(plain, k=chance.randint(0, 14)))
        if is_prose(text):
            told += 1
            assert html(text, write_prose) == html(text, write_markdown), repr(text)
    assert told > 1000


@pytest.mark.parametrize(
    "text",
    [
        *("*a*", "_a_", "**a**", "~~a~~", "`a`", "[a](https://a.example)", "<em>a</em>", "a\\*"),
        *("> a", "- a", "+ a", "1. a", "a\n2) b", "---", "a\n***", "    a", "a  \nb", "&copy;"),
        *("[a]: https://a.example", "\ta", "a\xa0b", "a\n b"),
    ],
)
def test_what_may_be_marked_up_is_no_prose(text: str) -> None:
    assert not is_prose(text)


def test_most_of_what_people_write_is_prose() -> None:
    text = "Well: I (too) saw it \u2013 on https://blog.example/a!\nIt\u2019s “so”.\n\nIs it? 3.5"
    assert is_prose(text)
    assert html(text, write_prose).count("<a ") == 1
