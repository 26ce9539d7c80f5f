"""Network addresses are written one way, blurred when kept, and believed from proxies only."""

import pytest

from moderation.text.addresses import (
    canonical_address,
    client_address,
    coarse,
    is_email,
    limit_key,
    parse_networks,
)


@pytest.mark.parametrize(
    ("raw", "address"),
    [
        ("192.0.2.1", "192.0.2.1"),
        ("::ffff:192.0.2.1", "192.0.2.1"),
        ("2001:DB8:0:0::1", "2001:db8::1"),
        ("fe80::1%eth0", "fe80::1"),
        ("192.0.2.01", ""),
        ("127.1", ""),
        ("", ""),
        ("unknown", ""),
        ("192.0.2.1:80", ""),
    ],
)
def test_an_address_has_one_spelling(raw: str, address: str) -> None:
    assert canonical_address(raw) == address


@pytest.mark.parametrize(
    ("address", "key", "blurred"),
    [
        ("192.0.2.77", "192.0.2.77", "192.0.2.0/24"),
        ("::ffff:192.0.2.77", "192.0.2.77", "192.0.2.0/24"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64", "2001:db8:1::/48"),
        ("garbage", "", ""),
        ("", "", ""),
    ],
)
def test_limits_count_by_network_and_kept_addresses_are_blurred(
    address: str, key: str, blurred: str
) -> None:
    assert limit_key(address) == key
    assert coarse(address) == blurred
    assert coarse(blurred) == blurred


@pytest.mark.parametrize(
    "text",
    [
        "a@example.org",
        "first.last+tag@sub.example.co.uk",
        "o'brien@example.org",
        "a@bücher.example",
        "a@xn--bcher-kva.example",
        "a" * 64 + "@example.org",
    ],
)
def test_real_mailboxes_are_taken(text: str) -> None:
    assert is_email(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a",
        "@example.org",
        "a@",
        "a@localhost",
        "a@b@example.org",
        '"a b"@example.org',
        ".a@example.org",
        "a..b@example.org",
        "a.@example.org",
        "a b@example.org",
        "a@exa mple.org",
        "a@example.org\n",
        "a\r\nBcc: x@example.org",
        "ä@example.org",
        "a@[192.0.2.1]",
        "a@192.0.2.1",
        "a@[::1]",
        "a@example..org",
        "a@example.org.",
        "a@-example.org",
        "a@exa_mple.org",
        "a@example.org,b@example.org",
        "<a@example.org>",
        "a" * 65 + "@example.org",
        "a@" + "b." * 130 + "org",
    ],
)
def test_what_no_letter_reaches_is_refused(text: str) -> None:
    assert not is_email(text)


@pytest.mark.parametrize(
    ("peer", "headers", "trusted", "client"),
    [
        pytest.param("192.0.2.9", ["1.2.3.4"], [], "192.0.2.9", id="nobody is trusted unasked"),
        pytest.param("10.0.0.1", ["1.2.3.4"], ["10.0.0.1"], "1.2.3.4", id="a trusted proxy"),
        pytest.param("10.0.0.1", ["1.2.3.4"], ["10.0.0.0/8"], "1.2.3.4", id="a trusted network"),
        pytest.param("10.0.0.1", [], ["10.0.0.1"], "10.0.0.1", id="a proxy that says nothing"),
        pytest.param(
            "10.0.0.1", ["6.6.6.6, 1.2.3.4"], ["10.0.0.1"], "1.2.3.4", id="what a client forged"
        ),
        pytest.param(
            "10.0.0.1", ["1.2.3.4, 10.0.0.2"], ["10.0.0.0/8"], "1.2.3.4", id="a chain of proxies"
        ),
        pytest.param(
            "10.0.0.1", ["6.6.6.6", "1.2.3.4"], ["10.0.0.1"], "1.2.3.4", id="several header lines"
        ),
        pytest.param(
            "10.0.0.1",
            ["1.2.3.4, unknown, 10.0.0.2"],
            ["10.0.0.0/8"],
            "10.0.0.2",
            id="garbage ends the walk",
        ),
        pytest.param("10.0.0.1", [""], ["10.0.0.1"], "10.0.0.1", id="an empty header"),
        pytest.param("10.0.0.1", ["10.0.0.3"], ["10.0.0.0/8"], "10.0.0.3", id="all trusted"),
        pytest.param("10.0.0.1", ["1.2.3.4:5678"], ["10.0.0.1"], "1.2.3.4", id="with a port"),
        pytest.param(
            "10.0.0.1", ["[2001:db8::1]:5678"], ["10.0.0.1"], "2001:db8::1", id="IPv6 with a port"
        ),
        pytest.param("::1", ["2001:DB8::1"], ["::1"], "2001:db8::1", id="over IPv6"),
        pytest.param(
            "::ffff:10.0.0.1", ["1.2.3.4"], ["10.0.0.1"], "1.2.3.4", id="IPv4 within IPv6"
        ),
        pytest.param("", ["1.2.3.4"], ["10.0.0.1"], "", id="a peer without an address"),
    ],
)
def test_the_client_is_found_behind_trusted_proxies(
    peer: str, headers: list[str], trusted: list[str], client: str
) -> None:
    assert client_address(peer, headers, trusted) == client


def test_a_long_forged_header_is_not_read_to_its_beginning() -> None:
    forged = ", ".join(["6.6.6.6"] + ["10.0.0.2"] * 1000)
    assert client_address("10.0.0.1", [forged], ["10.0.0.0/8"]) == "10.0.0.2"


def test_a_bad_network_is_named() -> None:
    with pytest.raises(ValueError, match=r"10\.0\.0"):
        parse_networks(["127.0.0.1", "10.0.0"])
