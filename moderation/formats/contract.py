"""What a format is: a thread in, bytes out, the same bytes for the same thread."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from moderation.domain.comment import Comment
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


class ThreadFormat(Protocol):
    """One format. Its file offers ``make(addresses, environment) -> ThreadFormat``."""

    name: str
    content_type: str

    def render(self, thread: Thread, view: View) -> bytes:
        """Write a thread. Never an e-mail or network address, never anything unapproved."""
        ...


MakeFormat = Callable[..., ThreadFormat]
