"""The canonical form of an article's address: a table, and that it is final."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moderation.domain.site import Site, TrailingSlash
from moderation.text.urls import (
    canonical,
    find_site,
)

ROOT = Site(id="root", url="https://blog.example/", hosts=("www.blog.example", "alt.example:8080"))
SUB = Site(id="sub", url="https://blog.example/blog/")
QUERY = Site(id="query", url="http://blog.example/", query=("p", "page", "utm_source"))
ADD = Site(id="add", url="https://blog.example/b/", trailing_slash=TrailingSlash.ADD)
DROP = Site(id="drop", url="https://blog.example/b/", trailing_slash=TrailingSlash.DROP)
LOCAL = Site(id="local", url="http://127.0.0.1:4000/", hosts=("localhost",))
SIX = Site(id="six", url="http://[2001:db8::1]:8080/")
IDN = Site(id="idn", url="https://bücher.example/", hosts=("BÜCHER.test",))

B = "https://blog.example"
CANONICAL = [
    # what a site is
    (ROOT, "https://blog.example/a", f"{B}/a"),
    (ROOT, "http://blog.example/a", f"{B}/a"),
    (ROOT, "HTTPS://BLOG.Example/a", f"{B}/a"),
    (ROOT, "https://www.blog.example/a", f"{B}/a"),
    (ROOT, "http://www.blog.example:80/a", f"{B}/a"),
    (ROOT, "http://alt.example:8080/a", f"{B}/a"),
    (ROOT, "http://alt.example/a", None),
    (ROOT, "http://other.example/a", None),
    (ROOT, "http://blog.example.evil.example/a", None),
    (ROOT, "http://evilblog.example/a", None),
    (ROOT, "http://blog.example@evil.example/", None),
    (ROOT, "http://evil.example\\@blog.example/", None),
    (ROOT, "ftp://blog.example/a", None),
    (ROOT, "//blog.example/a", None),
    (ROOT, "/a", None),
    (ROOT, "", None),
    (ROOT, "javascript://blog.example/%0aalert(1)", None),
    # ports
    (ROOT, "https://blog.example:443/a", f"{B}/a"),
    (ROOT, "http://blog.example:80/a", f"{B}/a"),
    (ROOT, "http://blog.example:443/a", f"{B}/a"),
    (ROOT, "https://blog.example:/a", f"{B}/a"),
    (ROOT, "https://blog.example:8443/a", None),
    (ROOT, "https://blog.example:99999/a", None),
    (LOCAL, "http://127.0.0.1:4000/a", "http://127.0.0.1:4000/a"),
    (LOCAL, "https://127.0.0.1:4000/a", "http://127.0.0.1:4000/a"),
    (LOCAL, "http://localhost:4000/a", "http://127.0.0.1:4000/a"),
    (LOCAL, "http://localhost/a", "http://127.0.0.1:4000/a"),
    (LOCAL, "http://127.0.0.1/a", None),
    (LOCAL, "http://127.0.0.1:4001/a", None),
    (LOCAL, "http://127.1:4000/a", None),
    # other kinds of hosts
    (SIX, "http://[2001:DB8:0::1]:8080/a", "http://[2001:db8::1]:8080/a"),
    (SIX, "http://[2001:db8::2]:8080/a", None),
    (IDN, "https://bücher.example/ä", "https://xn--bcher-kva.example/%C3%A4"),
    (IDN, "https://xn--bcher-kva.example/", "https://xn--bcher-kva.example/"),
    (IDN, "http://bücher.test/a", "https://xn--bcher-kva.example/a"),
    (IDN, "https://bucher.example/", None),
    # the path
    (ROOT, "https://blog.example", f"{B}/"),
    (ROOT, "https://blog.example?x=1", f"{B}/"),
    (ROOT, "https://blog.example//a///b", f"{B}/a/b"),
    (ROOT, "https://blog.example/a/./b/../c", f"{B}/a/c"),
    (ROOT, "https://blog.example/../../a", f"{B}/a"),
    (ROOT, "https://blog.example/a//../b", f"{B}/a/b"),
    (ROOT, "https://blog.example/A/Bc", f"{B}/A/Bc"),
    (ROOT, "https://blog.example/%7Eann/%41", f"{B}/~ann/A"),
    (ROOT, "https://blog.example/caf%c3%a9", f"{B}/caf%C3%A9"),
    (ROOT, "https://blog.example/café", f"{B}/caf%C3%A9"),
    (ROOT, "https://blog.example/a%2fb", f"{B}/a%2Fb"),
    (ROOT, "https://blog.example/a%2", f"{B}/a%252"),
    (ROOT, "https://blog.example/%ff%fe", f"{B}/%FF%FE"),
    (ROOT, "https://blog.example/a%252e%252e/b", f"{B}/a%252e%252e/b"),
    (ROOT, "https://blog.example/a;v=1,2", f"{B}/a;v=1,2"),
    (ROOT, "https://blog.example/a b", None),
    (ROOT, "https://blog.example/a\n", None),
    (ROOT, "https://blog.example/" + "a" * 2048, None),
    # the prefix
    (SUB, "https://blog.example/blog/a", f"{B}/blog/a"),
    (SUB, "https://blog.example/blog", f"{B}/blog/"),
    (SUB, "https://blog.example//blog//a", f"{B}/blog/a"),
    (SUB, "https://blog.example/blog2/a", None),
    (SUB, "https://blog.example/blogger", None),
    (SUB, "https://blog.example/Blog/a", None),
    (SUB, "https://blog.example/", None),
    (SUB, "https://blog.example/blog/../a", None),
    (SUB, "https://blog.example/blog/%2e%2e/a", None),
    (SUB, "https://blog.example/x/../blog/a", f"{B}/blog/a"),
    (SUB, "https://blog.example/%62log/a", f"{B}/blog/a"),
    (SUB, "https://blog.example/blog%2F..%2Fa", None),
    # query and fragment
    (ROOT, "https://blog.example/a#comment-1", f"{B}/a"),
    (ROOT, "https://blog.example/a?", f"{B}/a"),
    (ROOT, "https://blog.example/a?utm_source=x&fbclid=y", f"{B}/a"),
    (ROOT, "https://blog.example/a?p=12", f"{B}/a"),
    (QUERY, "http://blog.example/?p=12", "http://blog.example/?p=12"),
    (QUERY, "https://blog.example?p=12#x", "http://blog.example/?p=12"),
    (QUERY, "http://blog.example/?replytocom=5&p=12", "http://blog.example/?p=12"),
    (QUERY, "http://blog.example/?p=12&amp;utm_source=x", "http://blog.example/?p=12"),
    (QUERY, "http://blog.example/?page=2&p=12", "http://blog.example/?p=12&page=2"),
    (QUERY, "http://blog.example/?p=2&x=1&p=1", "http://blog.example/?p=2&p=1"),
    (QUERY, "http://blog.example/?%70=%31%c3%a4", "http://blog.example/?p=1%C3%A4"),
    (QUERY, "http://blog.example/?UTM_Source=x&utm_source=y", "http://blog.example/"),
    (QUERY, "http://blog.example/?P=12", "http://blog.example/"),
    (QUERY, "http://blog.example/?p", "http://blog.example/?p"),
    (QUERY, "http://blog.example/?p=a/b?c&gclid=1&msclkid=2", "http://blog.example/?p=a/b?c"),
    (QUERY, "http://blog.example/?mc_cid=1&mc_eid=2&igshid=3", "http://blog.example/"),
    # the end slash
    (ROOT, "https://blog.example/a/", f"{B}/a/"),
    (ADD, "https://blog.example/b/a", f"{B}/b/a/"),
    (ADD, "https://blog.example/b/a/", f"{B}/b/a/"),
    (ADD, "https://blog.example/b/a.html", f"{B}/b/a.html"),
    (ADD, "https://blog.example/b", f"{B}/b/"),
    (DROP, "https://blog.example/b/a/", f"{B}/b/a"),
    (DROP, "https://blog.example/b/a//", f"{B}/b/a"),
    (DROP, "https://blog.example/b/a", f"{B}/b/a"),
    (DROP, "https://blog.example/b/", f"{B}/b/"),
    (DROP, "https://blog.example/b", f"{B}/b/"),
]


@pytest.mark.parametrize(("site", "raw", "address"), CANONICAL)
def test_canonical(site: Site, raw: str, address: str | None) -> None:
    assert canonical(raw, site) == address


SITES = st.builds(
    Site,
    id=st.just("s"),
    url=st.sampled_from(
        ["https://blog.example/", "http://blog.example/b/", "http://[::1]:81/%41/"]
    ),
    hosts=st.sampled_from([(), ("www.blog.example",)]),
    query=st.sampled_from([(), ("p",), ("ä", "p")]),
    trailing_slash=st.sampled_from(TrailingSlash),
)
PIECES = "/ // . .. %2e %2F %41 %c3%a4 % ä a b A b.html ? & = # p p=1 ä= utm_x=1 ; , + : @ ~ ["


@given(
    SITES,
    st.sampled_from(["https://blog.example", "http://www.blog.example", "http://[::1]:81/A"]),
    st.lists(st.one_of(st.sampled_from(PIECES.split()), st.text(max_size=3)), max_size=12),
)
def test_canonical_of_canonical_is_itself(site: Site, head: str, pieces: list[str]) -> None:
    once = canonical(head + "/b/" + "".join(pieces), site)
    if once is not None:
        assert canonical(once, site) == once
        assert once.startswith(canonical(site.url, site) or "?")
        assert once.isascii()


@pytest.mark.parametrize(
    ("raw", "found"),
    [
        ("https://blog.example/a", "root"),
        ("https://blog.example/blog/a", "sub"),
        ("https://blog.example/blogs", "root"),
        ("http://127.0.0.1:4000/", "local"),
        ("https://elsewhere.example/", None),
        ("nonsense", None),
    ],
)
def test_of_nested_sites_the_innermost_is_found(raw: str, found: str | None) -> None:
    for sites in ([ROOT, SUB, LOCAL], [LOCAL, SUB, ROOT]):
        site = find_site(raw, sites)
        assert (site and site.id) == found


def test_there_is_no_site_without_sites() -> None:
    assert find_site("https://blog.example/", []) is None
