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

ALLOWED = "p br a b strong i em s del code pre blockquote q cite ul ol li"
ELEMENTS = frozenset(ALLOWED.split())
REL = 'rel="nofollow ugc noopener"'
HREF = re.compile(r"(https?://[^\s\"<>\\]+|mailto:[^\s\"<>\\@]+@[^\s\"<>\\@]+)")

PAYLOADS = [
    # elements that run
    "<script>alert(1)</script>",
    "<SCRIPT SRC=//evil.example/x.js></SCRIPT>",
    "<scr<script>ipt>alert(1)</scr</script>ipt>",
    "<script\x0c>alert(1)</script>",
    "<script/x>alert(1)</script>",
    "<script>alert(1)",
    "<<script>alert(1);//<</script>",
    "<script type=text/plain></script><script>alert(1)</script>",
    '</textarea><script>alert("x")</script>',
    '<noscript><p title="</noscript><img src=x onerror=alert(1)>">',
    "<style>@import '//evil.example/x.css';</style>",
    "<style><img src=x onerror=alert(1)></style>",
    "<link rel=stylesheet href=//evil.example/x.css>",
    "<meta http-equiv=refresh content='0;url=javascript:alert(1)'>",
    "<base href=//evil.example/>",
    "<iframe src=javascript:alert(1)></iframe>",
    "<iframe srcdoc='<script>alert(1)</script>'>",
    "<object data=javascript:alert(1)></object>",
    "<embed src=javascript:alert(1)>",
    "<applet code=x></applet>",
    "<form action=javascript:alert(1)><input type=submit></form>",
    "<button formaction=javascript:alert(1)>x</button>",
    "<input autofocus onfocus=alert(1)>",
    "<isindex action=javascript:alert(1)>",
    "<template><script>alert(1)</script></template>",
    "<plaintext><script>alert(1)</script>",
    "<xmp><script>alert(1)</script></xmp>",
    "<title><img src=x onerror=alert(1)></title>",
    "<frameset onload=alert(1)>",
    "<dialog open onclose=alert(1)>x</dialog>",
    "<details open ontoggle=alert(1)>x</details>",
    "<video><source onerror=alert(1)></video>",
    "<audio src=x onerror=alert(1)>",
    "<marquee onstart=alert(1)>x</marquee>",
    # pictures and events
    "<img src=x onerror=alert(1)>",
    "<img src=x onerror=alert(1)//",
    "<img/src='x'/onerror=alert(1)>",
    '<img """><script>alert(1)</script>">',
    "<img src=javascript:alert(1)>",
    "<img src=`x` onerror=alert(1)>",
    "<image src=x onerror=alert(1)>",
    "<body onload=alert(1)>",
    "<b onmouseover=alert(1)>x</b>",
    "<b/onclick=alert(1)>x</b>",
    "<b\nonclick\n=\nalert(1)>x</b>",
    "<p style='background:url(javascript:alert(1))'>x</p>",
    "<b style=width:expression(alert(1)) class=admin id=respond>x</b>",
    "<blockquote cite=javascript:alert(1)>x</blockquote>",
    "<q cite='javascript:alert(1)' onclick='alert(1)'>x</q>",
    "<del datetime=x onfocus=alert(1) tabindex=1>x</del>",
    "<code onclick=alert(1)>x</code>",
    # foreign trees
    "<svg onload=alert(1)>",
    "<svg/onload=alert(1)>",
    "<svg><script>alert(1)</script></svg>",
    "<svg><a xlink:href=javascript:alert(1)><text>x</text></a></svg>",
    "<svg><style><img src=x onerror=alert(1)></style></svg>",
    '<svg></p><style><a id="</style><img src=1 onerror=alert(1)>">',
    "<math href=javascript:alert(1)>x</math>",
    "<math><mtext><table><mglyph><style><!--</style><img title='--&gt;&lt;img src onerror=x&gt;'>",
    "<form><math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>",
    "<svg><![CDATA[><img src=x onerror=alert(1)>]]></svg>",
    # links
    "<a href=javascript:alert(1)>x</a>",
    "<a href='JaVaScRiPt:alert(1)'>x</a>",
    "<a href='java\tscript:alert(1)'>x</a>",
    "<a href='java\nscript:alert(1)'>x</a>",
    "<a href=' &#14; javascript:alert(1)'>x</a>",
    "<a href='\x01javascript:alert(1)'>x</a>",
    "<a href='&#106;&#97;&#118;&#97;&#115;&#99;&#114;&#105;&#112;&#116;&#58;alert(1)'>x</a>",
    "<a href='&#x6A&#x61&#x76&#x61&#x73&#x63&#x72&#x69&#x70&#x74&#x3A;alert(1)'>x</a>",
    "<a href='javascript&colon;alert(1)'>x</a>",
    "<a href='java&Tab;script&NewLine;:alert(1)'>x</a>",
    "<a href='javascript://example.org/%0aalert(1)'>x</a>",
    "<a href='vbscript:msgbox(1)'>x</a>",
    "<a href='data:text/html;base64,PHNjcmlwdD4='>x</a>",
    "<a href='data:image/svg+xml,<svg onload=alert(1)>'>x</a>",
    "<a href='file:///etc/passwd'>x</a>",
    "<a href='blob:https://example.org/x'>x</a>",
    "<a href='view-source:http://example.org'>x</a>",
    "<a href='//evil.example'>x</a>",
    "<a href='/dashboard'>x</a>",
    "<a href='#respond'>x</a>",
    "<a href='http:evil'>x</a>",
    "<a href='http://user:pass@evil.example/'>x</a>",
    "<a href='http://example.org\\@evil.example/'>x</a>",
    "<a href='http://example.org/\" onclick=\"alert(1)'>x</a>",
    "<a href=\"http://example.org/' onclick='alert(1)\">x</a>",
    "<a href=http://example.org/&quot;onclick=alert(1)>x</a>",
    "<a href='http://example.org/' href='javascript:alert(1)'>x</a>",
    "<a title='href=javascript:alert(1)' href='http://example.org/'>x</a>",
    "<a href='http://example.org/' target=_blank rel=me class=x style=color:red>x</a>",
    "<a href='http://example.org/'><a href='javascript:alert(1)'>x</a></a>",
    "<a href='http://example.org/' <script>alert(1)</script>>x</a>",
    "<a href='mailto:javascript:alert(1)'>x</a>",
    "<a href='mailto:a@example.org?subject=\"><script>'>x</a>",
    # Markdown
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt:alert(1))",
    "[x](java&#115;cript:alert(1))",
    "[x](javascript&colon;alert(1))",
    "[x](\tjavascript:alert(1))",
    "[x](<javascript:alert(1)>)",
    "[x](data:text/html,<script>alert(1)</script>)",
    "[x](data:image/png;base64,x)",
    "[x](vbscript:x)",
    "[x](//evil.example)",
    '[x](http://example.org/"onclick=alert(1))',
    "[x](http://example.org 'a\" onclick=\"alert(1)')",
    "[x]: javascript:alert(1)\n\n[x]",
    '[x]: http://example.org/"><script>\n\n[x]',
    "[<script>alert(1)</script>](http://example.org)",
    "[x](http://example.org/<script>)",
    "![x](http://example.org/x.png)",
    '![x](x"onerror="alert(1))',
    '![x" onerror="alert(1)](http://example.org)',
    "<javascript:alert(1)>",
    "<data:text/html,x>",
    '<http://example.org/"onclick=alert(1)>',
    '<x@y.example" onclick=alert(1)>',
    "`<script>alert(1)</script>`",
    "```<script>\n<img src=x onerror=alert(1)>\n```",
    '```html" onclick="alert(1)\n<script>\n```',
    "    <script>alert(1)</script>",
    "<code><script>alert(1)</script></code>",
    "<code></code><script>alert(1)</script></code>",
    "# <script>alert(1)</script>",
    "| a |\n|---|\n| <script> |",
    "*<b>*<script>*</b>*",
    "<b>*<i>**</b>*</i>**",
    # bare addresses
    'http://example.org/"onclick=alert(1)',
    "http://example.org/'onclick='alert(1)",
    "http://example.org/<script>alert(1)</script>",
    "http://example.org/&quot;onclick=alert(1)",
    "http://a@evil.example/ http://[::1]/ http://127.1/",
    "javascript:http://example.org",
    "http://javascript:alert(1)",
    "xhttp://example.org",
    # nesting and ends
    "</p></div></body></html><script>alert(1)</script>",
    "<b><i>x</b></i><p><b>y",
    "<p><blockquote><p></blockquote></p><li>x<ul><li>y",
    "<a href='http://example.org/'><p><a href='http://example.org/'>x",
    "<!-- --><script>alert(1)</script><!-- -->",
    "<!--><img src=x onerror=alert(1)>-->",
    "<!--[if IE]><script>alert(1)</script><![endif]-->",
    "<![CDATA[<script>alert(1)</script>]]>",
    "<?xml version='1.0'?><?php echo 1 ?><script>alert(1)</script>",
    "<!DOCTYPE html [<!ENTITY x '<script>'>]>&x;",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "&amp;lt;script&amp;gt;",
    "&#60script&#62alert(1)&#60/script&#62",
    "\x00<scr\x00ipt>alert(1)</scr\x00ipt>",
    "\ufeff<script>alert(1)</script>",
    "\uff1cscript\uff1ealert(1)",
    "\ud800<script>",
    "<\u017fcript>alert(1)</\u017fcript>",
    "<b\xa0onclick=alert(1)>x</b>",
]


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
