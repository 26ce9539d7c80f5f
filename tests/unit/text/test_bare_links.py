"""A bare address ends where the sentence goes on."""

import pytest

from moderation.text.bare_links import bare_links


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("see http://a.example.", ["http://a.example"]),
        ("HTTPS://a.example/B?c=d#e, and", ["HTTPS://a.example/B?c=d#e"]),
        ("(http://a.example/b)", ["http://a.example/b"]),
        ("http://a.example/b_(c)", ["http://a.example/b_(c)"]),
        ("(see http://a.example/b_(c)).", ["http://a.example/b_(c)"]),
        ('"http://a.example" <http://b.example>', ["http://a.example", "http://b.example"]),
        ("“http://a.example”", ["http://a.example"]),
        ("http://a.example/?!", ["http://a.example/"]),
        ("http://a.example,http://b.example", ["http://a.example", "http://b.example"]),
        ("http://a.example/http://b.example", ["http://a.example/http://b.example"]),
        ("http://a.example/?u=http://b.example", ["http://a.example/?u=http://b.example"]),
        ("见http://a.example/页。再", []),
        ("见 http://a.example/页。再", ["http://a.example/页"]),
        ("http://a.example:8080/", ["http://a.example:8080/"]),
        ("http:// https://... http:///a", []),
        ("ftp://a.example mailto:a@b.example www.a.example", []),
        ("shttp://a.example", []),
        ("http://user@a.example", []),
        ("http://a.example/" + "b" * 3000, []),
        ("", []),
    ],
)
def test_bare_links(text: str, found: list[str]) -> None:
    links = list(bare_links(text))
    assert [link.text for link in links] == found
    assert [text[link.start : link.end] for link in links] == found


def test_an_ampersand_written_as_an_entity_is_one() -> None:
    (link,) = bare_links("http://a.example/?a=1&amp;b=2")
    assert link.href == "http://a.example/?a=1&b=2"
