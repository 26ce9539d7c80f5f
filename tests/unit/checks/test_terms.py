"""What a rule may look for: one spelling for each thing, and a sentence for what is refused."""

import pytest

from moderation.checks._terms import read_term
from moderation.domain.rule import What


@pytest.mark.parametrize(
    ("what", "raw", "key"),
    [
        (What.PHRASE, "  Cheap  PÍLLS ", "cheap pills"),
        (What.PHRASE, "$$$", "$$$"),
        (What.PHRASE, "18+", "18+"),
        (What.LINK, "https://www.Spam.example/path?q#f", "spam.example"),
        (What.LINK, "*.spam.example", "spam.example"),
        (What.LINK, "spam.example:8080", "spam.example"),
        (What.WEBSITE, "bücher.example", "xn--bcher-kva.example"),
        (What.LINK, "192.0.2.7", "192.0.2.7"),
        (What.NETWORK, "192.0.2.9/24", "192.0.2.0/24"),
        (What.NETWORK, "192.0.2.9/32", "192.0.2.9"),
        (What.NETWORK, "2001:DB8::/32", "2001:db8::/32"),
        (What.EMAIL, "Ada@Reader.example", "ada@reader.example"),
        (What.EMAIL, "@Spam.example", "@spam.example"),
        (What.NAME, "Best  Casino", "best casino"),
        (What.SCRIPT, "Cyrillic", "cyrillic"),
    ],
)
def test_a_term_has_one_spelling(what: What, raw: str, key: str) -> None:
    assert read_term(what, raw)[1] == key


@pytest.mark.parametrize(
    ("what", "raw", "says"),
    [
        (What.PHRASE, " ", "Say what to look for"),
        (What.PHRASE, "a", "too short"),
        (What.PHRASE, "!", "too short"),
        (What.PHRASE, "蜂", "too short"),
        (What.PHRASE, "http://", "nearly every address"),
        (What.PHRASE, ".com", "nearly every address"),
        (What.PHRASE, "x" * 201, "too long"),
        (What.LINK, "com", "countless addresses"),
        (What.LINK, "co.uk", "countless addresses"),
        (What.LINK, "not a host", "is not a host"),
        (What.LINK, "http://[broken/", "is not a host"),
        (What.NETWORK, "0.0.0.0/0", "large part of the Internet"),
        (What.NETWORK, "::/0", "large part of the Internet"),
        (What.NETWORK, "999.1.1.1", "is not a network address"),
        (What.EMAIL, "@com", "countless addresses"),
        (What.EMAIL, "a b@c", "is not an e-mail address"),
        (What.NAME, "x", "too short"),
        (What.SCRIPT, "klingon", "is not a known writing"),
    ],
)
def test_what_would_fit_everything_or_nothing_is_refused(what: What, raw: str, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        read_term(what, raw)
