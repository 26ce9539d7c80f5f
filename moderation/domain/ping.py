"""What becomes of a ping: its states, the causes told, and what a page was found to say."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from moderation.domain.comment import Type


class PingState(StrEnum):
    """What a sender sees at ``/pings/TOKEN``; spam and trash read `WAITING`."""

    RECEIVED = "received"
    VERIFIED = "verified"
    WAITING = "waiting"
    SHOWN = "shown"
    DECLINED = "declined"
    GONE = "gone"


class Cause(StrEnum):
    NO_LINK = "no_link"
    NOT_READABLE = "not_readable"  # every network, guard, HTTP and size failure alike
    NOT_HTML = "not_html"
    CLOSED = "closed"
    GONE = "gone"


@dataclass(frozen=True, slots=True)
class Bridged:
    """Whose post a bridge's page shows; nothing of it is believed of other pages."""

    post: str  # the person's own post (of a like: the person), where readers are led
    profile: str  # the person, "" where the page does not tell
    names: tuple[str, ...]  # what has one of these in common is one post, whichever bridge shows it
    place: str  # an address that ends in "/": what the person's trust is kept under
    vouched: bool  # the page's own address names the host that it claims


@dataclass(frozen=True, slots=True)
class SourceFacts:
    """What a source page says, as read in the worker process; all text is plain and cleaned."""

    links: bool  # it links to the target
    gone: bool = False  # it says of itself that it is gone (meta status 410)
    title: str = ""
    excerpt: str = ""  # words around the link, without the brackets
    author_name: str = ""
    author_url: str = ""
    published_at: datetime | None = None  # never in the future
    type: Type = Type.MENTION
    content: str = ""  # of an h-entry that replies: its text, plain
    language: str = ""
    bridged: Bridged | None = None
    link: str = ""  # how it links: the element as the page has it, for the owner's trace
    sketch: tuple[int, ...] = field(default=(), compare=False)  # of all its words, as a sample
    kept: float | None = field(default=None, compare=False)  # how much of the known sample is left


@dataclass(frozen=True, slots=True)
class ArticleFacts:
    """What the owner's own page says of itself."""

    title: str = ""
    published_at: datetime | None = None
    canonical: str = ""  # absolute, as the page names it; not yet believed
