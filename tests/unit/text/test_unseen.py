"""What nobody sees is told."""

import pytest

from moderation.text.unseen import pieces


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("Ana", "Ana"),
        ("pay\u200bpal", "pay[U+200B]pal"),
        ("\u202eana\ufeff", "[U+202E]ana[U+FEFF]"),
        ("a\xadb\u2060\u2066c", "a[U+00AD]b[U+2060][U+2066]c"),
        ("pay\u200d\u200dpal", "pay[U+200D][U+200D]pal"),
        ("\u0645\u06cc\u200c\u062e", "\u0645\u06cc\u200c\u062e"),
        ("\U0001f469\u200d\U0001f680\ufe0f", "\U0001f469\u200d\U0001f680\ufe0f"),
        ("<b>", "<b>"),
        ("", ""),
    ],
)  # fmt: skip
def test_signs_are_named_and_letters_left(text: str, seen: str) -> None:
    assert "".join(f"[{piece}]" if sign else piece for piece, sign in pieces(text)) == seen
