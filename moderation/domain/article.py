"""An article: a page of the blog that can have a thread."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Existence(StrEnum):
    """What is known of the page itself."""

    UNKNOWN = "unknown"  # not looked at yet
    FOUND = "found"  # the owner named it, or a fetch found it
    MISSING = "missing"  # a fetch was told 404 or 410
    UNREACHABLE = "unreachable"  # the last fetch got no answer: holds, never refuses


@dataclass(frozen=True, slots=True)
class Article:
    """One row of the owner's pages. `url` is canonical; aliases are rows of their own."""

    id: str
    site: str
    url: str
    title: str | None
    published_at: datetime | None
    existence: Existence
    open: bool  # takes replies
    pings_open: bool  # takes pings
    revision: int  # grows with every change of what readers see
    count: int  # approved comments, reactions not counted
    created_at: datetime
