"""What the rest of the house knows of fetching: ask for a page, get the page or a reason."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from moderation.domain.ping import ArticleFacts, SourceFacts


class NotReadable(Exception):
    """The page could not be had. `reason` is for the owner's trace only, never for a sender.

    `gone` is True where the server said 404 or 410 (and `status` says which); everything
    else (guard, DNS, time-out, size, TLS, 5xx) may be different next time.
    """

    def __init__(self, reason: str, *, status: int | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.status = status

    @property
    def gone(self) -> bool:
        return self.status in (404, 410)


class NotHtml(NotReadable):
    """The page was read but is of a type that cannot be looked through."""


class NotModified(Exception):
    """The page is still the version that is known."""


class TooBusy(Exception):
    """The budget of the host or of the house is used up; try again after `retry_after` seconds."""

    def __init__(self, retry_after: float) -> None:
        super().__init__(f"fetch budget used up for {retry_after:.1f} s")
        self.retry_after = retry_after


@dataclass(frozen=True, slots=True)
class Page:
    """What a server sent: raw bytes, never re-served."""

    url: str  # after redirects
    asked: str
    status: int
    content_type: str  # lower case, without parameters
    charset: str  # from the header, "" when it names none
    body: bytes
    etag: str = ""
    last_modified: str = ""


@dataclass(frozen=True, slots=True)
class Version:
    """What a server called a page when it last sent it."""

    url: str  # after redirects: what they lead to is asked by its own tags alone
    etag: str = ""
    last_modified: str = ""


@dataclass(frozen=True, slots=True)
class Seen:
    """One answer with all that its head says, for the owner to look at; nothing was followed."""

    url: str
    status: int
    location: str | None  # absolute, where it redirects
    headers: tuple[tuple[str, str], ...]  # as they came, in their order
    content_type: str
    charset: str
    body: bytes  # empty for HEAD and for a redirect


class Fetcher(Protocol):
    """One guarded GET."""

    async def fetch(
        self,
        url: str,
        *,
        purpose: str,
        headers: Mapping[str, str] | None = None,
        sender: str = "",
        known: Version | None = None,
    ) -> Page:
        """GET a page within the limits of `net.limits`.

        `purpose` ends up in the User-Agent ("verifying pingback from 192.0.2.9 to …").
        `sender` is the network address of who made us ask: it has a budget of its own,
        and is told what came of a fetch of the last minute rather than causing another.
        Raises `NotReadable` (every cause alike for the world outside) and `TooBusy`, and
        `NotModified` where the page is the `known` version still.
        """
        ...


class Reader(Protocol):
    """Reads hostile pages, in a process of its own, within time and memory budgets."""

    async def read_source(
        self, page: Page, targets: Sequence[str], sketch: Sequence[int] = ()
    ) -> SourceFacts:
        """Look for a link to any of `targets` (addresses of one article).

        `sketch` is what is known of the page's words from before, to say how much is left.
        Raises `NotHtml` for a type that is not looked through, `NotReadable` when the
        page broke the reader's budget.
        """
        ...

    async def read_article(self, page: Page) -> ArticleFacts:
        """Read title and date of the owner's page. Raises as `read_source` does."""
        ...
