"""A comment: anything that may appear in a thread, whatever door it came through."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Kind(StrEnum):
    """The door it came through; for a ping the one of the best-proven receipt."""

    COMMENT = "comment"
    PINGBACK = "pingback"
    TRACKBACK = "trackback"
    WEBMENTION = "webmention"

    @property
    def is_ping(self) -> bool:
        return self is not Kind.COMMENT


class Type(StrEnum):
    """What it is to the article."""

    REPLY = "reply"
    MENTION = "mention"
    LIKE = "like"
    REPOST = "repost"
    BOOKMARK = "bookmark"
    RSVP = "rsvp"


REACTIONS = frozenset({Type.LIKE, Type.REPOST, Type.BOOKMARK})


class Status(StrEnum):
    HELD = "held"
    APPROVED = "approved"
    SPAM = "spam"
    TRASH = "trash"


class WaitingFor(StrEnum):
    """What a held comment waits for. The queue, counts and mails show `MODERATOR` only."""

    MODERATOR = "moderator"
    SOURCE = "source"  # a ping whose source has not been verified yet
    ADDRESS = "address"  # the e-mail address is to be confirmed first


class Badge(StrEnum):
    """Who of the blog's own people wrote it, signed in; readers see it beside the name."""

    OWNER = "owner"
    MODERATOR = "moderator"


class Format(StrEnum):
    """How `text` is written."""

    MARKDOWN = "markdown"
    WORDPRESS = "wordpress"
    PLAIN = "plain"
    HTML = "html"


MOST_APPROVED = 1000  # of one author that are counted: who has more is known well enough


@dataclass(frozen=True, slots=True)
class Author:
    """Who wrote it, as they say. What is typed proves nothing; see `Comment.author_id`."""

    name: str = ""
    email: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class Client:
    """Facts of the request that delivered it; never shown to readers."""

    address: str = ""  # IPv4 or IPv6 literal, canonical; "" once forgotten
    user_agent: str = ""
    referrer: str = ""


@dataclass(frozen=True, slots=True)
class Comment:
    """One row of the queue or of a thread."""

    id: str
    site: str
    article_id: str
    anchor: str  # the fragment on the page, unique in its article: comment-ID
    kind: Kind
    via: tuple[Kind, ...]  # all protocols it arrived by
    type: Type
    status: Status
    waiting_for: WaitingFor | None  # set while held, else None
    version: int  # grows with each decision and edit; what a moderator saw
    parent_id: str | None
    author: Author
    author_id: str | None  # a *proven* author: key or confirmed address
    source: str | None  # of a ping: the page that links
    text: str  # exactly what was sent
    format: Format
    html: str  # made from text, safe to show; derived
    received_at: datetime
    published_at: datetime  # the date readers see
    edited_at: datetime | None
    status_before: Status | None  # what `restore` goes back to
    client: Client
    language: str = ""
    title: str = ""  # of a ping: the source page's title
    verified_at: datetime | None = None  # of a ping: when its link was last seen
    score: float = 0.0  # the sum of its opinions' scores; orders the queue
    badge: Badge | None = None  # nobody can type it
