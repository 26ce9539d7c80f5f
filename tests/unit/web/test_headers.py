"""Origins, policies, tags and encodings."""

import pytest

from moderation.domain.site import Site
from moderation.web.headers import (
    Origins,
    dashboard_csp,
    encoding_for,
    matches,
    origins_of,
    page_csp,
)

BLOG = Site("blog", "https://blog.example/news/", hosts=("www.blog.example",))
LOCAL = Site("local", "http://127.0.0.1:8091/", hosts=("localhost",))
ORIGINS = Origins("https://talk.example/m", [BLOG, LOCAL])


def test_a_sites_pages_come_from_its_address_and_its_hosts() -> None:
    assert origins_of(BLOG) == ("https://blog.example", "https://www.blog.example")
    assert origins_of(LOCAL) == (
        "http://127.0.0.1:8091",
        "http://localhost",
        "http://localhost:8091",
    )


@pytest.mark.parametrize(
    ("origin", "may"),
    [
        pytest.param(None, True, id="absent"),
        pytest.param("null", True, id="hidden"),
        pytest.param("https://talk.example", True, id="ours"),
        pytest.param("https://blog.example", True, id="a site's"),
        pytest.param("https://www.blog.example", True, id="another host of a site"),
        pytest.param("http://blog.example", True, id="http and https are one site"),
        pytest.param("http://localhost:8091", True, id="a host at the port of the address"),
        pytest.param("https://blog.example.evil.example", False, id="begins alike"),
        pytest.param("https://blog.example:444", False, id="another port"),
        pytest.param("https://127.0.0.1:8091", False, id="another scheme at a port of its own"),
        pytest.param("https://evil.example", False, id="a stranger"),
    ],
)
def test_who_may_post(origin: str | None, may: bool) -> None:
    assert ORIGINS.may_post(origin) is may


@pytest.mark.parametrize(
    ("origin", "allowed"),
    [
        ("https://www.blog.example", b"https://www.blog.example"),
        ("https://talk.example", b"https://talk.example"),
        ("https://evil.example", b"https://blog.example"),
        ("http://127.0.0.1:8091", b"https://blog.example"),  # a site, and not this thread's
        (None, b"https://blog.example"),
    ],
)
def test_a_thread_is_read_by_its_own_site(origin: str | None, allowed: bytes) -> None:
    headers = dict(ORIGINS.reading(origin, BLOG))
    assert headers[b"access-control-allow-origin"] == allowed
    assert headers[b"vary"] == b"Origin"
    assert b"access-control-allow-credentials" not in headers


def test_a_stranger_is_told_nothing_at_a_preflight() -> None:
    assert "Access-Control-Allow-Origin" not in ORIGINS.preflight("https://evil.example")
    allowed = ORIGINS.preflight("https://blog.example")
    assert allowed["Access-Control-Allow-Origin"] == "https://blog.example"
    assert "Access-Control-Allow-Credentials" not in allowed
    assert "Idempotency-Key" in allowed["Access-Control-Allow-Headers"]


def test_policies() -> None:
    page = page_csp([BLOG], framed=True)
    assert "form-action 'self' https://blog.example https://www.blog.example;" in page
    assert "frame-ancestors https://blog.example https://www.blog.example" in page
    assert "frame-ancestors 'none'" in page_csp([BLOG])
    assert "frame-ancestors 'none'" in dashboard_csp()
    for policy in (page, dashboard_csp()):
        assert policy.startswith("default-src 'none'")
        assert "unsafe" not in policy


@pytest.mark.parametrize(
    ("given", "best"),
    [
        ("", ""),
        ("gzip", "gzip"),
        ("GZIP", "gzip"),
        ("gzip, deflate, br, zstd", "br"),
        ("br, gzip;q=0.5", "br"),
        ("br;q=0.5, gzip;q=0.6", "gzip"),
        ("br;q=0, gzip", "gzip"),
        ("gzip;q=0", ""),
        ("gzip; q=0.000", ""),
        ("*", "br"),
        ("*;q=0", ""),
        ("*;q=0, gzip;q=0.1", "gzip"),
        ("br;q=0, *", "gzip"),
        ("gzip;q=0, *", "br"),
        ("gzip;q=0.5, *;q=0.7", "br"),
        ("gzip;q=0, br;q=0, *", ""),
        ("identity", ""),
        ("identity, gzip;q=0.5", ""),
        ("identity;q=0.4, gzip;q=0.5", "gzip"),
        ("identity;q=0, gzip;q=0", ""),
        ("not-gzip", ""),
        ("x-gzip", "gzip"),
    ],
)
def test_who_is_sent_which_encoding(given: str, best: str) -> None:
    assert encoding_for(given.encode()) == best


@pytest.mark.parametrize(
    ("given", "same"),
    [
        (None, False),
        ('"a"', True),
        ('W/"a"', True),
        ('"x", W/"a" , "y"', True),
        ("*", True),
        (' "a" ', True),
        ('"a-gzip"', True),
        ('W/"a-br", "x"', True),
        ('"b"', False),
        ("a", False),
        ("", False),
    ],
)
def test_a_tag_is_compared_weakly_in_whatever_encoding(given: str | None, same: bool) -> None:
    assert matches(given, '"a"', '"a-gzip"', '"a-br"') is same
