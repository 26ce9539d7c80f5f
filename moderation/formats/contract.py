"""What a format is: a thread in, bytes out, the same bytes for the same thread."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import Protocol, runtime_checkable

from moderation.domain.comment import Comment
from moderation.domain.site import Site
from moderation.domain.thread import Thread


@dataclass(frozen=True, slots=True)
class Addresses:
    """Where the service is reached, for the links a format writes."""

    public_url: str  # ends without "/"; may have a path

    def at(self, path: str) -> str:
        """Make an absolute address of a path that begins with "/"."""
        return self.public_url + path


@dataclass(frozen=True, slots=True)
class View:
    """What the reader asked for beside the article and the page."""

    form: bool = True  # with "Leave a Reply"
    answer: Comment | None = None  # the approved comment being answered without script


class Given(Enum):
    """What a format is given of the comments of a thread."""

    WHOLE = "whole"  # a page of them, each a `Comment`
    NEWEST = "newest"  # the newest of all pages, each a `Comment`, and what they answer
    HTML = "html"  # a page of pieces: an `Entry` where one was made, else the `Comment`
    JSON = "json"


class ThreadFormat(Protocol):
    """One format. Its file offers ``make(addresses, environment) -> ThreadFormat``."""

    name: str
    content_type: str
    given: Given

    def render(self, thread: Thread, view: View) -> bytes:
        """Write a thread. Never an e-mail or network address, never anything unapproved."""
        ...


@runtime_checkable
class Joining(Protocol):
    """A format that is a join of pieces: each is made of one comment and kept beside it."""

    def piece(self, comment: Comment, site: Site) -> bytes:
        """Make the piece of a comment that is no reaction; it depends on nothing else."""
        ...

    def version(self, site: Site) -> str:
        """Tell pieces that would be made otherwise today from those that would not."""
        ...


MakeFormat = Callable[..., ThreadFormat]
