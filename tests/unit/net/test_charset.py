"""How bytes become text."""

import pytest

from moderation.net.charset import decode

WORD = "Zürich"
RUSSIAN = "Привет"
META = '<meta charset="{}">'


@pytest.mark.parametrize(
    ("body", "named", "text"),
    [
        pytest.param(WORD.encode(), "", WORD, id="nothing named is UTF-8"),
        pytest.param(WORD.encode("latin-1"), "iso-8859-1", WORD, id="by the header"),
        pytest.param("“x”".encode("cp1252"), "iso-8859-1", "“x”", id="Latin-1 means Windows-1252"),
        pytest.param(RUSSIAN.encode("koi8-r"), "koi8-r", RUSSIAN, id="KOI8-R"),
        pytest.param("日本".encode("shift_jis"), "shift_jis", "日本", id="Shift JIS"),
        pytest.param(b"\xef\xbb\xbf" + WORD.encode(), "iso-8859-1", WORD, id="a mark goes first"),
        pytest.param(b"\xff\xfe" + WORD.encode("utf-16-le"), "", WORD, id="UTF-16 by its mark"),
        pytest.param(WORD.encode("latin-1"), "", "Z\ufffdrich", id="what is wrong is replaced"),
        pytest.param(WORD.encode(), "utf-7", WORD, id="UTF-7 is not read"),
        pytest.param(WORD.encode(), "rot13", WORD, id="no codec outside the list"),
        pytest.param(WORD.encode(), "zip", WORD, id="no codec that is none"),
        pytest.param(WORD.encode(), "nonsense", WORD, id="an unknown label"),
    ],
)
def test_bytes_become_text(body: bytes, named: str, text: str) -> None:
    assert decode(body, named) == text


@pytest.mark.parametrize(
    "declaration",
    [
        '<meta charset="koi8-r">',
        "<META CHARSET=KOI8-R>",
        '<meta http-equiv="Content-Type" content="text/html; charset=koi8-r">',
        '<?xml version="1.0" encoding="koi8-r"?>',
        '<!-- <meta charset="utf-8"> --><meta charset="koi8-r">',
    ],
)
def test_the_page_may_declare_its_encoding(declaration: str) -> None:
    assert decode((declaration + RUSSIAN).encode("koi8-r"), "") == declaration + RUSSIAN


def test_the_header_goes_before_the_declaration() -> None:
    page = META.format("koi8-r") + WORD
    assert decode(page.encode(), "utf-8") == page


def test_a_declaration_of_utf_16_in_ascii_is_a_lie() -> None:
    page = META.format("utf-16") + WORD
    assert decode(page.encode(), "") == page


def test_plain_text_declares_nothing() -> None:
    page = META.format("koi8-r") + WORD
    assert decode(page.encode(), "", look_inside=False) == page
