"""A host has one spelling, and what could be read as another host is refused."""

import pytest

from moderation.text.hosts import normal_host


@pytest.mark.parametrize(
    ("host", "normal"),
    [
        ("Blog.Example", "blog.example"),
        ("localhost", "localhost"),
        ("a_b.example", "a_b.example"),
        ("r3---sn.example", "r3---sn.example"),
        ("bücher.example", "xn--bcher-kva.example"),
        ("BÜCHER.example", "xn--bcher-kva.example"),
        ("bu\u0308cher.example", "xn--bcher-kva.example"),
        ("faß.example", "xn--fa-hia.example"),
        ("例え。テスト", "xn--r8jz45g.xn--zckzah"),
        ("xn--bcher-kva.example", "xn--bcher-kva.example"),
        ("127.0.0.1", "127.0.0.1"),
        ("[::1]", "::1"),
        ("[2001:DB8:0:0:0:0:0:1]", "2001:db8::1"),
        ("1.2.3.4.example", "1.2.3.4.example"),
    ],
)
def test_a_host_has_one_spelling(host: str, normal: str) -> None:
    assert normal_host(host) == normal


@pytest.mark.parametrize(
    "host",
    [
        "",
        ".",
        "a..b",
        ".example",
        "example.",
        "-a.example",
        "a-.example",
        "a b.example",
        "a%2eb",
        "a/b",
        "a,b",
        "a:b",
        "*.example",
        "a" * 64 + ".example",
        "a." * 127 + "aa",
        "ä" * 300,
        "127.1",
        "2130706433",
        "0x7f.1",
        "0x7f000001",
        "0177.0.0.1",
        "127.0.0.01",
        "256.0.0.1",
        "1.2.3.4.5",
        "example.1",
        "127。0。0。1",
        "\u2460\u2461\u2466.\u24ea.\u24ea.\u2460",
        "\uff11\uff12\uff17.0.0.1",
        "\u0661\u0662\u0667.0.0.1",
        "[::ffff:127.0.0.1]",
        "[fe80::1%eth0]",
        "[::1",
        "[]",
        "[127.0.0.1]",
        "❤.example",
        "xn--\u0430.example",
        "a\u2044b.example",
        "\ud800.example",
    ],
)
def test_what_could_be_read_as_another_host_is_refused(host: str) -> None:
    with pytest.raises(ValueError, match="host"):
        normal_host(host)
