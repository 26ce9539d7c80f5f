"""Each format is read by its own rules, and no text takes long."""

import time

import pytest

from moderation.domain.comment import Format
from moderation.text.markup import RENDER_VERSION, links_of, plain, render


def repeated(unit: str, length: int = 10_000) -> str:
    return (unit * (length // len(unit) + 1))[:length]


FLOOD_WORDS = (
    "[ ] ( < > & ` * _ ~ # - > ! \\ / : @ \" ' | = []"
    " []( [a]( ![ ]( *a_ _a* *a_* **a ~~a `` ```a <b> <i> <b><i> </b> <a </ <!-- <! <? <![CDATA["
    " <code> <code </code> <p> <div> <li> <ul><li> <blockquote> <pre> <q><cite> <svg><style>"
    " <table><tr><td> <p><b> &amp &# &#x202e; http:// https: :// http://a.b/( http://a.b/) <http://x>"
    " <x@y.example> a@ a.b@ [a][b] \u0301 é \ufdfa \u202a <a\xa0href= <a/href='"
)
FLOODS = [
    *FLOOD_WORDS.split(" "),
    *("\n", " ", " \n", "> > ", "- - ", "1. ", "- a\n", "  \n", "    a\n\n", "[a]: http://x\n"),
    *("[a]\n", "|a|b|\n", "```\n", "*a_ ", "a **b", "http://a.example ", "x http://a,http://b;"),
    *("<a href='http://x", '<a href="', "<a a=", '[a](b "', "<b>" * 50 + "<i>" * 50 + "x</b>" * 50),
]
TOWERS = {
    "brackets": "[" * 5000 + "]" * 5000,
    "links": "[" * 2500 + "](x)" * 1875,
    "misnested": "<b>" * 1100 + "<i>" * 1100 + "x</b>" * 800,
    "backticks of all lengths": " ".join("`" * length for length in range(1, 140)),
    "nested lists": "\n".join(" " * 2 * depth + "- a" for depth in range(95)),
    "nested quotes": "\n".join(">" * depth + " a" for depth in range(135)),
    "emphasis": "a**b" + "c* " * 3300,
    "one end of code": "<code>" * 1660 + "</code>",
    "references": "[a]: x\n" * 700 + "[a]" * 1600,
    "attributes": "<a " + "a " * 4990 + ">",
    "spaces in a tag": "<a a" + " " * 9990 + ">",
    "parentheses": "[a](" + "(" * 9990,
    "divs": "<div>" * 2000,
    "comments": "<!--" * 2500,
}


@pytest.mark.parametrize("format", Format)
def test_no_text_of_ten_thousand_characters_takes_long(format: Format) -> None:
    render("warm", format)
    slow = {}
    for name, text in ({flood: repeated(flood) for flood in FLOODS} | TOWERS).items():
        begun = time.process_time()
        html = render(text, format)
        plain(html)
        links_of(html)
        seconds = time.process_time() - begun
        if seconds > 1.0:
            slow[name] = seconds
    assert slow == {}


@pytest.mark.parametrize(
    "flood", ["[", "<b><i>", "<code>", "<a href='http://x", "http://", "*a_ ", "- a\n"]
)
@pytest.mark.parametrize("format", [Format.MARKDOWN, Format.WORDPRESS, Format.HTML])
def test_time_grows_with_the_length_and_not_with_its_square(flood: str, format: Format) -> None:
    def seconds(length: int) -> float:
        text = repeated(flood, length)
        best = 9.0
        for _ in range(3):
            begun = time.process_time()
            render(text, format)
            best = min(best, time.process_time() - begun)
        return best

    seconds(1000)
    # 4 times were linear, 16 the square; an address longer than 2,048 is looked at in vain
    assert seconds(20_000) < 0.05 + 8 * seconds(5_000)


REL = 'rel="nofollow ugc noopener"'


@pytest.mark.parametrize(
    ("text", "html"),
    [
        pytest.param("a\nb\n\n\nc", "<p>a<br>\nb</p>\n<p>c</p>", id="lines and paragraphs"),
        pytest.param("<b> &amp; *x*", "<p>&lt;b&gt; &amp;amp; *x*</p>", id="nothing is markup"),
        pytest.param(
            "at http://a.example.",
            f'<p>at <a href="http://a.example/" {REL}>http://a.example</a>.</p>',
            id="a link",
        ),
        pytest.param("a\r\nb\rc", "<p>a<br>\nb<br>\nc</p>", id="any line end"),
        pytest.param(" \n\n ", "", id="nothing to see"),
    ],
)
def test_plain_format(text: str, html: str) -> None:
    assert render(text, Format.PLAIN) == html


@pytest.mark.parametrize(
    ("text", "html"),
    [
        pytest.param(
            "a <strong>b</strong>\nc\n\nd",
            "<p>a <strong>b</strong><br>\nc</p>\n<p>d</p>",
            id="tags and paragraphs",
        ),
        pytest.param("a &lt; b &amp; c &#8217;", "<p>a &lt; b &amp; c \u2019</p>", id="entities"),
        pytest.param(
            '<a href="http://a.example/?x=1&#038;y=2" rel="me">l</a>',
            f'<p><a href="http://a.example/?x=1&amp;y=2" {REL}>l</a></p>',
            id="links keep their address only",
        ),
        pytest.param(
            "http://a.example/_x_y <code>http://b.example</code>",
            f'<p><a href="http://a.example/_x_y" {REL}>http://a.example/_x_y</a>'
            " <code>http://b.example</code></p>",
            id="bare addresses but in code",
        ),
        pytest.param(
            '<a href="http://a.example/">http://b.example</a>',
            f'<p><a href="http://a.example/" {REL}>http://b.example</a></p>',
            id="no link within a link",
        ),
        pytest.param(
            "a\n<blockquote>b\n\nc</blockquote>\nd",
            "<p>a</p>\n<blockquote><p>b</p>\n<p>c</p>\n</blockquote>\n<p>d</p>",
            id="a quotation of paragraphs",
        ),
        pytest.param(
            "<strike>x</strike> <abbr title='y'>z</abbr>", "<p><s>x</s> z</p>", id="old tags"
        ),
        pytest.param("<pre>a\n\n  b</pre>", "<pre>a\n\n  b</pre>", id="preformatted"),
        pytest.param("1 < 2 <3 <name>", "<p>1 &lt; 2 &lt;3 &lt;name&gt;</p>", id="no tag at all"),
        pytest.param("*a* `b`", "<p>*a* `b`</p>", id="not Markdown"),
    ],
)
def test_wordpress_format(text: str, html: str) -> None:
    assert render(text, Format.WORDPRESS) == html


def test_html_format_is_sanitised() -> None:
    html = render("<div>a <em>b</em><script>c</script></div><p>d", Format.HTML)
    assert html == "<p>a <em>b</em></p>\n<p>d</p>"


def test_markdown_format_is_read() -> None:
    assert render("a **b**\nc", Format.MARKDOWN) == "<p>a <strong>b</strong><br>\nc</p>"


def test_the_render_version_is_a_number_to_compare() -> None:
    assert RENDER_VERSION >= 1


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("a *b*\nc\n\nd", "a b\nc\n\nd"),
        ("- a\n- b\n\nc", "a\nb\n\nc"),
        ("> q\n\n[l](http://a.example/?b&c) &lt;", "q\n\nl <"),
        ("```\na\n  b\n```\nc", "a\nb\n\nc"),
        ("<b>a</b>b", "ab"),
        ("", ""),
    ],
)
def test_plain_is_what_readers_see(text: str, seen: str) -> None:
    assert plain(render(text, Format.MARKDOWN)) == seen


def test_links_are_listed_in_order() -> None:
    html = render(
        "http://a.example/?x=1&y='2' [b](mailto:b@b.example) http://a.example", Format.MARKDOWN
    )
    assert links_of(html) == (
        "http://a.example/?x=1&y='2",
        "mailto:b@b.example",
        "http://a.example/",
    )
