"""Sample threads that show every part of the look."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from moderation.domain.article import Article, Existence
from moderation.domain.comment import Author, Client, Comment, Format, Kind, Status, Type
from moderation.domain.site import Site
from moderation.domain.thread import Thread, Tree, arrange

NOON = datetime(2026, 5, 10, 12, tzinfo=UTC)


def written(id_: str, name: str, html: str, minutes: int, **more: Any) -> Comment:
    """Make an approved comment `minutes` after noon."""
    moment = NOON + timedelta(minutes=minutes)
    plain = Comment(
        id=id_,
        site="blog",
        article_id="a1",
        anchor=f"comment-{id_}",
        kind=Kind.COMMENT,
        via=(Kind.COMMENT,),
        type=Type.REPLY,
        status=Status.APPROVED,
        waiting_for=None,
        version=1,
        parent_id=None,
        author=Author(name, "hidden@mail.example"),
        author_id=None,
        source=None,
        text="",
        format=Format.MARKDOWN,
        html=html,
        received_at=moment,
        published_at=moment,
        edited_at=None,
        status_before=None,
        client=Client("192.0.2.7"),
    )
    return replace(plain, **more)


SITE = Site("blog", "http://localhost/blog/", name="The Margin")
ARTICLE = Article(
    id="a1",
    site="blog",
    url="",
    title="In the margin",
    published_at=NOON,
    existence=Existence.FOUND,
    open=True,
    pings_open=True,
    revision=7,
    count=0,
    created_at=NOON,
)
ANA = Author("Ana Ferreira", "", "https://ana.example/")
LONG = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft" * 2
HAND = """<p>The part about the drawn hand made me smile. I have one of those in my
grandfather's copy of Burton, pointing at a sentence nobody could disagree with.</p><p>Do you know
<a href="https://books.example/marginalia" rel="ugc nofollow noopener">the catalogue of the
exhibition</a>? It has <em>forty</em> pages of them.</p>"""
FORTY = """<blockquote><p>It has <em>forty</em> pages of them.</p></blockquote>
<p>Thank you, ordered.</p>"""
CODE = """<pre><code>for margin in book.margins: print(margin.note, margin.page, margin.hand,
margin.ink)</code></pre>"""
EXCERPT = (
    "What is a margin? A margin, also known as the space that is left, is a persistent, often "
    "useful, condition of the page in which"
)


def conversation() -> list[Comment]:
    """Six answers deep, names and words of all kinds, and two pings."""
    blog = Author("Ines", "", "https://ines.example/")
    return [
        written("m1", "", HAND, 5, author=ANA),
        written("m2", "Bohumil", FORTY, 12, parent_id="m1"),
        written(
            "m3",
            "",
            "<p>Tell me whether it was worth it!</p>",
            40,
            parent_id="m2",
            author=ANA,
            edited_at=NOON + timedelta(hours=1),
        ),
        written("m4", "Chidi", "<p>Four levels down.</p>", 41, parent_id="m3"),
        written("m5", "Dora", "<p>And further.</p>", 42, parent_id="m4"),
        written("m6", "Emil", "<p>There is no more room to nest.</p>", 43, parent_id="m5"),
        written("m7", "دانا", "<p>شكراً على هذا المقال الجميل.</p>", 60, language="ar"),
        written("m8", LONG, f"<p>{LONG}</p>{CODE}", 70),
        written(
            "p1",
            "Notes on pages",
            "",
            80,
            kind=Kind.PINGBACK,
            type=Type.MENTION,
            format=Format.PLAIN,
            source="https://notes.example/2026/05/margins",
            text=EXCERPT,
        ),
        written(
            "w1",
            "",
            "<p>I wrote a longer answer on my own blog.</p>",
            90,
            kind=Kind.WEBMENTION,
            source="https://ines.example/answers/12",
            author=blog,
        ),
        written("m9", "", "<p>No name; only <code>thanks</code>.</p>", 95, parent_id="gone"),
    ]


def samples() -> dict[str, Thread]:
    """Threads that show every part of the look."""
    gone = [written("gone", "Nobody", "<p>Not to be seen.</p>", 85)]
    kinds = [Type.LIKE] * 13 + [Type.REPOST]
    reactions = [
        written(f"l{n}", f"Reader {n}", "", n, type=kind, source=f"https://r{n}.example/")
        for n, kind in enumerate(kinds)
    ]
    talk = conversation()
    full = Thread(SITE, ARTICLE, "", arrange(talk, gone), tuple(reactions), count=len(talk))
    imported = written("old", "Olga", "<p>From before.</p>", 0, anchor="isso-12")
    return {
        "full": full,
        "empty": Thread(SITE, ARTICLE, "", Tree(), (), 0),
        "single": Thread(SITE, ARTICLE, "", arrange(talk[:1]), (), 1),
        "imported": Thread(SITE, ARTICLE, "", arrange([imported]), (), 1),
        "closed": replace(full, article=replace(ARTICLE, open=False), reactions=()),
    }
