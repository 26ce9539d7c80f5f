"""Typed text is CommonMark without images, headings and HTML, but with a few inline tags."""

import pytest

from moderation.domain.comment import Format
from moderation.text.markdown import href_of
from moderation.text.markup import render as render_as

REL = 'rel="nofollow ugc noopener"'


def render(text: str) -> str:
    return render_as(text, Format.MARKDOWN)


def link(href: str, text: str) -> str:
    return f'<a href="{href}" {REL}>{text}</a>'


@pytest.mark.parametrize(
    ("text", "html"),
    [
        pytest.param(
            "a *b* **c** ~~d~~", "<p>a <em>b</em> <strong>c</strong> <s>d</s></p>", id="emphasis"
        ),
        pytest.param(
            "a\nb  \nc\\\nd", "<p>a<br>\nb<br>\nc<br>\nd</p>", id="a line break is a line break"
        ),
        pytest.param("a\n\nb", "<p>a</p>\n<p>b</p>", id="paragraphs"),
        pytest.param("# a\n\n### b", "<p># a</p>\n<p>### b</p>", id="headings stay as typed"),
        pytest.param("a\n===", "<p>a<br>\n===</p>", id="underlined ones too"),
        pytest.param("a\n---\nb", "<p>a</p>\n<p>---</p>\n<p>b</p>", id="and rules"),
        pytest.param(
            "* * *\n\n> - - -",
            "<p>* * *</p>\n<blockquote><p>- - -</p>\n</blockquote>",
            id="spaced rules",
        ),
        pytest.param("> a\nb", "<blockquote><p>a<br>\nb</p>\n</blockquote>", id="quotation"),
        pytest.param("- a\n- b", "<ul><li>a</li>\n<li>b</li>\n</ul>", id="tight list"),
        pytest.param(
            "2. a\n\n3. b", "<ol><li><p>a</p>\n</li>\n<li><p>b</p>\n</li>\n</ol>", id="loose list"
        ),
        pytest.param("`a < *b*`", "<p><code>a &lt; *b*</code></p>", id="code"),
        pytest.param(
            "```py x\na\n  <b>\n```", "<pre><code>a\n  &lt;b&gt;\n</code></pre>", id="fence"
        ),
        pytest.param("a\n\n    b", "<p>a</p>\n<pre><code>b\n</code></pre>", id="indented code"),
        pytest.param("|a|\n|-|\n|b|", "<p>|a|<br>\n|-|<br>\n|b|</p>", id="no tables"),
        pytest.param("&copy; &lt;b&gt; \\*", "<p>© &lt;b&gt; *</p>", id="entities and escapes"),
        pytest.param(
            "![a](http://b.example/)",
            f"<p>!{link('http://b.example/', 'a')}</p>",
            id="an image is a link",
        ),
        pytest.param(
            "<div>a</div>\n<!-- b -->",
            "<p>&lt;div&gt;a&lt;/div&gt;<br>\n&lt;!-- b --&gt;</p>",
            id="HTML stays as typed",
        ),
    ],
)
def test_blocks_and_inlines(text: str, html: str) -> None:
    assert render(text) == html


@pytest.mark.parametrize("tag", ["b", "cite", "code", "del", "em", "i", "q", "s", "strong"])
def test_the_inline_tags_of_wordpress_are_understood(tag: str) -> None:
    assert render(f"x <{tag}>a</{tag}> <{tag.upper()} class='y'>b</{tag.upper()} >") == (
        f"<p>x <{tag}>a</{tag}> <{tag}>b</{tag}></p>"
    )


@pytest.mark.parametrize(
    ("text", "html"),
    [
        pytest.param("<b>a *b*</b>", "<p><b>a <em>b</em></b></p>", id="Markdown within tags"),
        pytest.param("*a <b>b* c</b>", "<p><em>a <b>b</b></em> c</p>", id="crossing is put right"),
        pytest.param(
            "<b>a\n\nb", "<p><b>a</b></p>\n<p>b</p>", id="open ones end with the paragraph"
        ),
        pytest.param("a</b>", "<p>a</p>", id="an end without a beginning"),
        pytest.param("<b a", "<p>&lt;b a</p>", id="no tag without its end"),
        pytest.param("a <bold> <b-c>", "<p>a &lt;bold&gt; &lt;b-c&gt;</p>", id="other names"),
        pytest.param(
            "`<b>` \\<b>", "<p><code>&lt;b&gt;</code> &lt;b&gt;</p>", id="in code and escaped"
        ),
        pytest.param(
            "<code>*a* <b> &amp;</code>",
            "<p><code>*a* &lt;b&gt; &amp;amp;</code></p>",
            id="code is verbatim",
        ),
        pytest.param("<code>a\nb</code>", "<p><code>a<br>\nb</code></p>", id="with its lines"),
        pytest.param("<code>*a*", "<p><code><em>a</em></code></p>", id="code without an end"),
        pytest.param(
            "<blockquote>a</blockquote>\nb",
            "<blockquote><p>a</p>\n</blockquote>\n<p>b</p>",
            id="quotation",
        ),
        pytest.param(
            "<blockquote>a\n\nb</blockquote>",
            "<blockquote><p>a</p>\n<p>b</p>\n</blockquote>",
            id="of paragraphs",
        ),
        pytest.param(
            '<a href="http://a.example/?x&amp;y">b</a>',
            f"<p>{link('http://a.example/?x&amp;y', 'b')}</p>",
            id="link",
        ),
        pytest.param(
            "<a title=x href=http://a.example>b</a>",
            f"<p>{link('http://a.example/', 'b')}</p>",
            id="unquoted",
        ),
        pytest.param(
            "<a>b</a> <a href='x'>c</a>", "<p>b c</p>", id="links that lead nowhere are text"
        ),
        pytest.param(
            "<a href='http://a.example'>http://b.example [c](http://d.example)</a>",
            f"<p>{link('http://a.example/', 'http://b.example ')}"
            f"{link('http://d.example/', 'c')}</p>",
            id="no link within a link",
        ),
    ],
)
def test_typed_tags(text: str, html: str) -> None:
    assert render(text) == html


@pytest.mark.parametrize(
    ("text", "html"),
    [
        pytest.param("[a](http://b.example 'c')", link("http://b.example/", "a"), id="inline"),
        pytest.param(
            "[a][b]\n\n[b]: http://c.example", link("http://c.example/", "a"), id="reference"
        ),
        pytest.param(
            "<http://a.example/b>", link("http://a.example/b", "http://a.example/b"), id="pointed"
        ),
        pytest.param("<a@b.example>", link("mailto:a@b.example", "a@b.example"), id="e-mail"),
        pytest.param(
            "[a](ftp://b.example)", "[a](ftp://b.example)", id="another scheme stays as typed"
        ),
        pytest.param("[a](/b)", "[a](/b)", id="a relative one too"),
        pytest.param(
            "http://a.example/b_c_d*e*f",
            link("http://a.example/b_c_d*e*f", "http://a.example/b_c_d*e*f"),
            id="bare, without emphasis",
        ),
        pytest.param(
            "**http://a.example**",
            f"<strong>{link('http://a.example/', 'http://a.example')}</strong>",
            id="bare, within emphasis",
        ),
        pytest.param(
            "[http://a.example](http://b.example)",
            link("http://b.example/", "http://a.example"),
            id="bare, in a link",
        ),
        pytest.param("`http://a.example`", "<code>http://a.example</code>", id="bare, in code"),
        pytest.param(
            "x:http://a.example",
            f"x:{link('http://a.example/', 'http://a.example')}",
            id="bare, after a colon",
        ),
        pytest.param(
            "x</a> http://a.example",
            f"x {link('http://a.example/', 'http://a.example')}",
            id="bare, after an end of nothing",
        ),
        pytest.param("xhttp://a.example", "xhttp://a.example", id="part of a word"),
    ],
)
def test_links(text: str, html: str) -> None:
    assert render(text) == f"<p>{html}</p>"


@pytest.mark.parametrize(
    ("attributes", "href"),
    [
        (' href="a"', "a"),
        (" HREF = 'a b'", "a b"),
        (" href=a title=b", "a"),
        (" title='href=b' href=a", "a"),
        (" href=a href=b", "a"),
        (" data-href=b", ""),
        (" href", ""),
        (" href='&amp;&#x61; '", "&a"),
        (' href="a', ""),
        ("", ""),
    ],
)
def test_the_first_href_of_a_tag_counts(attributes: str, href: str) -> None:
    assert href_of(attributes) == href
