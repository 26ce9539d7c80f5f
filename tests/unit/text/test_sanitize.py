"""Whatever is sent in whatever format, an independent parser finds nothing but harmless HTML."""

import re
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from justhtml import JustHTML
from justhtml.dom import Node

from moderation.domain.comment import Format
from moderation.text.markup import links_of, plain, render
from moderation.text.sanitize import MAX_DEPTH, Writer, sanitize
from tests.unit.text.payloads import PAYLOADS

ALLOWED = "p br a b strong i em s del code pre blockquote q cite ul ol li"
ELEMENTS = frozenset(ALLOWED.split())
REL = 'rel="nofollow ugc noopener"'
HREF = re.compile(r"(https?://[^\s\"<>\\]+|mailto:[^\s\"<>\\@]+@[^\s\"<>\\@]+)")


def nodes_of(html: str) -> Iterator[Node]:
    """Every node a second, independent HTML parser sees."""
    walk: list[Node] = [JustHTML(html, fragment=True, sanitize=False).root]
    while walk:
        node = walk.pop()
        for child in node.children or ():
            if isinstance(child, Node):
                yield child
                walk.append(child)


def assert_harmless(html: str) -> None:
    for node in nodes_of(html):
        assert node.name in ELEMENTS, html
        assert node.namespace in (None, "html"), html
        attributes = dict(node.attrs or {})
        if node.name == "a":
            href = attributes.pop("href", None)
            assert href is not None, html
            assert HREF.fullmatch(href), html
            assert attributes.pop("rel") == "nofollow ugc noopener", html
        assert attributes == {}, html


@pytest.mark.parametrize("format", Format)
@pytest.mark.parametrize("payload", PAYLOADS)
def test_nothing_hostile_comes_through(payload: str, format: Format) -> None:
    assert_harmless(render(payload, format))
    assert_harmless(render(f"*a* <b>{payload}</b>\n> {payload}\n\n- {payload}", format))


FRAGMENTS = (
    "<b> </b> <i> </i> <a </a> <p> </p> <blockquote> </blockquote> <ul> <li> </ul> <pre> </pre>"
    " <code> </code> <br> <script> </script> <svg> <img onerror=x> href='http://a.example/' >"
    " href=javascript:x <!-- --> http://a.example/b javascript: ![x] ](http://b.example) [ ] ( ) *"
    " ** _ ` ``` ~~ # --- > - 1. & &lt; &quot; &#x3a; \" ' < > / \\ | = x é \u202e \x00"
)
MARKUP = st.lists(
    st.one_of(
        st.sampled_from([*FRAGMENTS.split(), " ", "\n", "\n\n", "    "]), st.text(max_size=4)
    ),
    max_size=40,
).map("".join)


@given(MARKUP, st.sampled_from(Format))
@settings(max_examples=300, deadline=None)
def test_any_text_comes_out_harmless(text: str, format: Format) -> None:
    html = render(text, format)
    assert_harmless(html)
    assert links_of(html) == tuple(
        href
        for href in re.findall(r'href="([^"]*)"', html.replace("&amp;", "&").replace("&#x27;", "'"))
    )


@given(MARKUP, st.sampled_from(Format))
@settings(max_examples=300, deadline=None)
def test_what_is_rendered_is_well_nested_already(text: str, format: Format) -> None:
    html = render(text, format)
    assert re.sub(r"\s+", "", sanitize(html)) == re.sub(r"\s+", "", html)


@given(MARKUP)
@settings(deadline=None)
def test_plain_text_is_shown_to_the_letter(text: str) -> None:
    shown = plain(render(text.replace("\x00", "").replace("\u202e", ""), Format.PLAIN))
    visible = "".join(c for c in text if c.isprintable() and not c.isspace())
    assert [c for c in shown if c.isprintable() and not c.isspace()] == list(visible)


@pytest.mark.parametrize(
    ("html", "clean"),
    [
        pytest.param("a<b>b<i>c</b>d</i>e", "<p>a<b>b<i>c</i></b>de</p>", id="crossing"),
        pytest.param("</b>a</p>", "<p>a</p>", id="ends without a beginning"),
        pytest.param("<b>a<p>b", "<p><b>a</b></p>\n<p>b</p>", id="a block ends what is inline"),
        pytest.param("<p></p><b></b><ul></ul>", "", id="what is empty is left out"),
        pytest.param("<p>a<br><br></p>", "<p>a</p>", id="breaks at an end too"),
        pytest.param("<br>a", "<p>a</p>", id="and at a beginning"),
        pytest.param("<ul>a<li>b", "<ul><li>a</li>\n<li>b</li>\n</ul>", id="text in a list"),
        pytest.param("<li>a", "<ul><li>a</li>\n</ul>", id="an item without a list"),
        pytest.param("<h1>a</h1>b<hr>c", "<p>a</p>\n<p>b</p>\n<p>c</p>", id="other blocks part"),
        pytest.param("<ul><li>a<div>b</div>", "<ul><li>a<br>\nb</li>\n</ul>", id="also in items"),
        pytest.param("<b>a</b> <i>b</i>", "<p><b>a</b> <i>b</i></p>", id="spaces between stay"),
        pytest.param("a<b> </b>b", "<p>a<b> </b>b</p>", id="spaces within stay"),
        pytest.param("<pre>\n\na  b\n</pre>", "<pre>a  b\n</pre>", id="preformatted"),
        pytest.param("<pre>a<br>b</pre>", "<pre>a\nb</pre>", id="a break in it"),
        pytest.param(
            "<tt>a</tt><strike>b</strike>", "<p><code>a</code><s>b</s></p>", id="old tags"
        ),
        pytest.param("a<script>b</script><style>c</style>d", "<p>ad</p>", id="no text for readers"),
        pytest.param("<a href='ftp://a.example/'>a</a>", "<p>a</p>", id="no link is no element"),
        pytest.param(
            "<a href='http://a.example/'>a<a href='http://b.example/'>b</a>c</a>",
            f'<p><a href="http://a.example/" {REL}>a</a>'
            f'<a href="http://b.example/" {REL}>b</a>c</p>',
            id="a link ends a link",
        ),
        pytest.param("&lt;&amp;&#x202e;\u202e\x01", "<p>&lt;&amp;</p>", id="entities, controls"),
    ],
)
def test_foreign_html_is_written_anew(html: str, clean: str) -> None:
    assert sanitize(html) == clean


def test_elements_too_deep_are_left_out_and_their_text_stays() -> None:
    html = sanitize("<blockquote>" * 1000 + "deep" + "</blockquote>" * 999 + "er")
    assert html.count("<blockquote>") == MAX_DEPTH
    assert "deep" in plain(html)
    assert "er" in plain(html)


def test_a_writer_closes_what_is_open() -> None:
    writer = Writer()
    writer.open("ul")
    writer.open("em")
    writer.text("a < b")
    assert writer.inside("ul")
    assert writer.html() == "<ul><li><em>a &lt; b</em></li>\n</ul>"
