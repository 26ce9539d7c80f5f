"""What counts as a link to an article."""

import pytest

from moderation.text.links import in_json, in_plain_text, linking
from moderation.text.tree import Document

TARGET = "https://blog.example/a"
QUERY = "https://blog.example/?p=1&x=2"
SOURCE = "https://other.example/2026/post"


def links(html: str, target: str = TARGET, page: str = SOURCE) -> bool:
    return bool(linking(Document.parse(html), page, [target]))


@pytest.mark.parametrize(
    "html",
    [
        f'<a href="{TARGET}">x</a>',
        f"<A HREF={TARGET}>x</A>",
        f"<a class=x href='{TARGET}' rel=nofollow>x</a>",
        f'<a href="\n {TARGET} \t">x</a>',
        '<a href="https://blog.example/\na">x</a>',
        '<a href="https&#58;//blog&#46;example/a">x</a>',
        '<a href="HTTPS://BLOG.Example:443/a">x</a>',
        '<a href="//blog.example/a">x</a>',
        '<a href="https://blog.example/x/../a">x</a>',
        '<base href="https://blog.example/b"><a href="a">x</a>',
        '<base href="https://blog.example/"><a href="./a">x</a>',
        f'<a href="{TARGET}#comment-7">x</a>',
        f'<map><area href="{TARGET}"></map>',
        f'<link rel="alternate" href="{TARGET}">',
        f'<img src="{TARGET}">',
        f'<video src="{TARGET}"></video>',
        f'<audio src="{TARGET}"></audio>',
        f'<audio><source src="{TARGET}"></audio>',
        f'<blockquote cite="{TARGET}">x</blockquote>',
        f'<q cite="{TARGET}">x</q>',
        f'<del cite="{TARGET}">x</del>',
        f'<ins cite="{TARGET}">x</ins>',
        f'<p><b><i><a href="{TARGET}"><img src=x></a></b></i>',
    ],
)
def test_a_link_is_a_link(html: str) -> None:
    """P-9, W-12: whatever the order, quoting, case, escaping or relative form."""
    assert links(html)


@pytest.mark.parametrize(
    "html",
    [
        TARGET,
        f"<p>{TARGET}</p>",
        f"<!-- <a href='{TARGET}'>x</a> -->",
        f"<template><a href='{TARGET}'>x</a></template>",
        f"<template><template></template><a href='{TARGET}'>x</a></template>",
        f"<script><a href='{TARGET}'>x</a></script>",
        f"<script>var x = '<a href=\"{TARGET}\">';</script>",
        f"<style><a href='{TARGET}'>x</a></style>",
        f"<noscript><a href='{TARGET}'>x</a></noscript>",
        f"<head><noscript><link href='{TARGET}'></noscript></head>",
        f"<textarea><a href='{TARGET}'>x</a></textarea>",
        f"<title><a href='{TARGET}'>x</a></title>",
        f"<iframe><a href='{TARGET}'>x</a></iframe>",
        f"<xmp><a href='{TARGET}'>x</a></xmp>",
        f"<a href='{TARGET}b'>x</a>",
        f"<a href='{TARGET}/b'>x</a>",
        f"<a href='{TARGET}/'>x</a>",
        f"<a href='{TARGET}?x'>x</a>",
        "<a href='https://blog.example/A'>x</a>",
        "<a href='http://blog.example/a'>x</a>",
        "<a href='https://blog.example:444/a'>x</a>",
        "<a href='https://www.blog.example/a'>x</a>",
        "<a href='https://blog.example.evil.example/a'>x</a>",
        f"<a href='https://elsewhere.example/?{TARGET}'>x</a>",
        f"<a href='https://elsewhere.example/{TARGET}'>x</a>",
        "<a href='https://user@blog.example/a'>x</a>",
        f"<a data-href='{TARGET}'>x</a>",
        f"<a title='{TARGET}' href='/x'>x</a>",
        f"<p href='{TARGET}'>x</p>",
        f"<a src='{TARGET}'>x</a>",
        f"<input value='<a href={TARGET}>'>",
        f"&lt;a href='{TARGET}'&gt;",
        f"<div><a href='{TARGET}'",
        "<a href='a'>x</a>",
        "<a href='javascript:https://blog.example/a'>x</a>",
        "<a href>x</a>",
        "",
    ],
)
def test_everything_else_is_none(html: str) -> None:
    """P-8, W-12, W-13: bare text, comments, scripts, templates, and every other address."""
    assert not links(html)


@pytest.mark.parametrize("ampersand", ["&", "&amp;", "&#038;", "&#x26;"])
def test_an_ampersand_may_be_written_in_any_way(ampersand: str) -> None:
    """P-9: WordPress writes &#038;."""
    assert links(f'<a href="https://blog.example/?p=1{ampersand}x=2">x</a>', QUERY)


@pytest.mark.parametrize("path", ["%E6%97%A5", "%e6%97%a5", "日"])
def test_escapes_may_be_written_in_any_case(path: str) -> None:
    """W-13: so does the same address."""
    assert links(f'<a href="https://blog.example/{path}">x</a>', "https://blog.example/%E6%97%A5")


@pytest.mark.parametrize("host", ["xn--bcher-kva.example", "bücher.example", "BÜCHER.example"])
def test_an_international_name_may_be_written_in_any_way(host: str) -> None:
    """W-13: so does the same host."""
    assert links(f'<a href="https://{host}/a">x</a>', "https://bücher.example/a")


@pytest.mark.parametrize("href", ["a", "/a", "./a", "../a", "", "?", "#x"])
def test_relative_links_count_on_the_same_site(href: str) -> None:
    """P-9: they are read against the page."""
    same = href in ("a", "/a", "./a", "../a")
    assert links(f'<a href="{href}">x</a>', page="https://blog.example/b") is same


def test_a_fragment_alone_points_to_the_page_itself() -> None:
    assert links('<a href="#x">x</a>', page=TARGET)


def test_only_the_first_base_counts() -> None:
    """P-9: as browsers have it."""
    bases = '<base href="https://x.example/"><base href="https://blog.example/">'
    assert not links(bases + '<a href="/a">x</a>')


def test_a_base_inside_a_template_does_not_count() -> None:
    base = '<template><base href="https://blog.example/"></template>'
    assert not links(base + '<a href="/a">x</a>')


def test_any_address_of_the_article_counts() -> None:
    page = Document.parse('<a href="https://blog.example/old">x</a>')
    assert linking(page, SOURCE, [TARGET, "https://blog.example/old"])


def test_a_target_that_is_no_address_is_linked_by_nothing() -> None:
    assert not links("<a href=''>x</a><a href='nonsense'>x</a>", "nonsense")


def test_a_link_too_deep_is_not_there() -> None:
    link = f'<a href="{TARGET}">x</a>'
    assert links("<div>" * 200 + link)
    assert not links("<div>" * 5000 + link)


@pytest.mark.parametrize(
    "body",
    [
        TARGET,
        f"see {TARGET}.",
        f"see ({TARGET})",
        f"see <{TARGET}>",
        f'"{TARGET}", he said',
        f"{TARGET}\nnext",
        f"see {TARGET}#x!",
    ],
)
def test_an_address_in_plain_text_is_a_link(body: str) -> None:
    """W-14: what ends a sentence is not part of it."""
    found = in_plain_text(body, [TARGET])
    assert found is not None
    assert body[slice(*found)].startswith(TARGET)


@pytest.mark.parametrize(
    "body",
    [
        f"{TARGET}b",
        f"{TARGET}/b",
        f"{TARGET}-b",
        f"https://x.example/?{TARGET}",
        "blog.example/a",
        "",
    ],
)
def test_a_longer_address_in_plain_text_is_another(body: str) -> None:
    """W-14: it is bounded by what no address holds."""
    assert in_plain_text(body, [TARGET]) is None


@pytest.mark.parametrize(
    "body",
    [
        f'{{"url": "{TARGET}"}}',
        f'{{"a": {{"b": [{{"c": "{TARGET}"}}]}}}}',
        f'{{"in-reply-to": ["{TARGET}"]}}',
        f'[{{"url": "{TARGET}"}}]',
        f'\ufeff{{"url": "{TARGET}"}}',
        '{"url": "https:\\/\\/blog.example\\/a"}',
    ],
)
def test_a_property_with_the_address_is_a_link(body: str) -> None:
    """W-14: a value that is exactly the address, at any depth."""
    assert in_json(body.encode(), [TARGET])


@pytest.mark.parametrize(
    "body",
    [
        f'{{"{TARGET}": 1}}',
        f'{{"text": "see {TARGET}"}}',
        f'{{"url": "{TARGET}b"}}',
        f'["{TARGET}"]',
        f'"{TARGET}"',
        "{}",
        "null",
        "1",
    ],
)
def test_json_without_such_a_property_has_no_link(body: str) -> None:
    """W-14: a part of a value or a name is none."""
    assert not in_json(body.encode(), [TARGET])


@pytest.mark.parametrize("body", [b"", b"{", b"[" * 100000, b'{"a":' * 100000, b"\xff", b"NaN"])
def test_what_is_no_json_is_told_apart(body: bytes) -> None:
    with pytest.raises(ValueError, match="not a JSON document"):
        in_json(body, [TARGET])
