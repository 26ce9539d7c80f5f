"""What stands at a door: a reply or a ping, parsed but not yet believed."""

from dataclasses import dataclass
from enum import StrEnum

from moderation.domain.comment import Author, Client, Format, Kind


class Subscribe(StrEnum):
    NONE = "none"
    REPLIES = "replies"
    ALL = "all"


@dataclass(frozen=True, slots=True)
class Reply:
    """A reader's reply as its door understood it; text cleaned, lengths checked."""

    article: str  # the address as given
    parent: str | None  # id of the comment answered
    author: Author
    text: str
    client: Client
    format: Format = Format.MARKDOWN
    remember: bool = False
    subscribe: Subscribe = Subscribe.NONE
    trap: str = ""  # hp_url: people leave it empty
    form_token: str = ""
    author_key: str = ""


@dataclass(frozen=True, slots=True)
class Ping:
    """Another blog's claim that `source` links to `target`; the rest is what it says of itself."""

    protocol: Kind
    source: str
    target: str
    client: Client
    title: str = ""
    excerpt: str = ""
    blog_name: str = ""
