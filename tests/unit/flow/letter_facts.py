"""One comment that waits and all a letter about it needs, for the tests of letters.

``from tests.unit.flow.letter_facts import ITEM, LETTERS``
"""

from datetime import UTC, datetime
from html.parser import HTMLParser

from moderation.domain.article import Article, Existence
from moderation.domain.comment import (
    Author,
    Client,
    Comment,
    Format,
    Kind,
    Status,
    Type,
    WaitingFor,
)
from moderation.domain.moderator import Moderator, Role
from moderation.domain.opinion import Opinion, Verdict
from moderation.domain.site import Site
from moderation.flow.letters import ActLinks, LetterLinks, Letters, WaitingItem
from moderation.templating import environment

NOW = datetime(2026, 11, 22, 7, 30, tzinfo=UTC)
BLOG = Site("blog", "https://blog.example/", name="Shirts & More", time_zone="Europe/Berlin")
ARTICLE = Article(
    id="a1",
    site="blog",
    url="https://blog.example/fold",
    title="How to fold a shirt",
    published_at=None,
    existence=Existence.FOUND,
    open=True,
    pings_open=True,
    revision=1,
    count=0,
    created_at=NOW,
)
COMMENT = Comment(
    id="m0a",
    site="blog",
    article_id="a1",
    anchor="comment-m0a",
    kind=Kind.COMMENT,
    via=(Kind.COMMENT,),
    type=Type.REPLY,
    status=Status.HELD,
    waiting_for=WaitingFor.MODERATOR,
    version=1,
    parent_id=None,
    author=Author("Bo Lindqvist", "bo@readers.example", "https://bo.example/"),
    author_id=None,
    source=None,
    text="Does it work with [short sleeves](https://bo.example/short)?",
    format=Format.MARKDOWN,
    html="",
    received_at=NOW,
    published_at=NOW,
    edited_at=None,
    status_before=None,
    client=Client("192.0.2.77", "Agent/1", "https://ref.example/"),
)
ACT = "https://comments.blog.example/act/" + "t" * 120
ITEM = WaitingItem(
    COMMENT,
    ARTICLE,
    (Opinion("links", Verdict.HOLD, "It has 2 links."), Opinion("history", Verdict.HAM, "Known.")),
    ActLinks(ACT + "a", ACT + "s", ACT + "t", "https://comments.blog.example/dashboard/m0a"),
)
LINKS = LetterLinks("https://comments.blog.example/dashboard", ACT + "stop")
ANA = Moderator("m1", "Ana", "ana@blog.example", Role.OWNER, False, NOW)
LETTERS = Letters(environment(), "https://comments.blog.example", (BLOG,))


class Page(HTMLParser):
    """What a mail reader would find in the HTML part."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.links: list[str] = []
        self.words = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.links += [value or "" for name, value in attrs if name in ("href", "src")]

    def handle_data(self, data: str) -> None:
        self.words += data
