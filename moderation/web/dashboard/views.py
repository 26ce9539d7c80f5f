"""One way of looking at the queue: read from an address, written as an address."""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TypeVar
from urllib.parse import urlencode

from moderation.domain.clock import from_micros, to_micros
from moderation.domain.comment import Comment, Kind, Status, WaitingFor
from moderation.store.queue import ORDERS, Filter, Mark
from moderation.text.clean import clean_text
from moderation.text.terms import MOST_TERMS, read
from moderation.web.session import HOME

ALL = "all"
ANY = "any"
SEARCH_LIMIT = 200  # characters
ADDRESS_LIMIT = 2048
CLIENT_LIMIT = 64
CURSOR = re.compile(r"(\d{1,18})~([0-9a-z]{1,20})~(-?[0-9.e-]{1,24})")

Choice = TypeVar("Choice", bound=StrEnum)


@dataclass(frozen=True, slots=True)
class View:
    """Which comments, in which order, from where on. What an address does not name is usual."""

    status: Status | None = Status.HELD  # None: all
    waiting_for: WaitingFor | None = WaitingFor.MODERATOR  # None: whatever for
    kind: Kind | None = None
    site: str = ""
    article: str = ""  # an id, or an address as typed
    client: str = ""  # a network address
    search: str = ""
    order: str = ""  # one of ORDERS; "" is the usual of the tab
    after: Mark | None = None

    @property
    def sorted_by(self) -> str:
        if self.order:
            return self.order
        return "priority" if self.status is Status.HELD else "newest"

    @property
    def narrowed(self) -> bool:
        """Whether less than the whole tab is asked for."""
        waits_elsewhere = self.status is Status.HELD and self.waiting_for != WaitingFor.MODERATOR
        asked = self.kind or self.site or self.article or self.client or self.search
        return bool(asked or waits_elsewhere)

    @property
    def grouped(self) -> bool:
        """Whether nearly identical comments are shown as one: in a whole tab of undecided."""
        return self.status in (Status.HELD, Status.SPAM) and not self.narrowed

    @property
    def _words(self) -> tuple[str, ...]:
        return read(self.search)[:MOST_TERMS]

    @property
    def says_nothing(self) -> bool:
        """Whether something was typed that nobody can search for."""
        return bool(self.search) and not self._words

    def filter(self, article_id: str | None) -> Filter:
        return Filter(
            status=self.status,
            waiting_for=self.waiting_for if self.status in (Status.HELD, None) else None,
            kind=self.kind,
            article_id=article_id,
            site=self.site or None,
            client=self.client or None,
            words=self._words or ((self.search,) if self.search else ()),  # that finds nothing
            heads=self.grouped,
        )

    def tab(self, status: Status | None) -> "View":
        """The same sieve in another tab."""
        waiting_for = WaitingFor.MODERATOR if status is Status.HELD else None
        return replace(self, status=status, waiting_for=waiting_for, order="", after=None)

    def next_page(self, last: Comment) -> "View":
        return self.behind(Mark(last.received_at, last.id, last.score))

    def behind(self, place: Mark) -> "View":
        """The same from a place on."""
        return replace(self, after=place)

    def first_page(self) -> "View":
        return replace(self, after=None)

    def path(self) -> str:
        """The address, without what is usual."""
        asked = {
            "status": "" if self.status is Status.HELD else self.status or ALL,
            "waiting_for": self._waiting_for(),
            "kind": self.kind or "",
            "site": self.site,
            "article": self.article,
            "client": self.client,
            "q": self.search,
            "order": self.order,
            "cursor": cursor(self.after) if self.after is not None else "",
        }
        query = urlencode({name: value for name, value in asked.items() if value})
        return f"{HOME}?{query}" if query else HOME

    def _waiting_for(self) -> str:
        if self.status is Status.HELD:
            usual = self.waiting_for is WaitingFor.MODERATOR
            return "" if usual else self.waiting_for or ANY
        return self.waiting_for or "" if self.status is None else ""


def read_view(query: Mapping[str, str]) -> View:
    """Read an address; what it names that is not known here is taken for what is usual."""
    status = _status(query.get("status", ""))
    asked = query.get("waiting_for", "")
    waiting_for = _one_of(WaitingFor, asked)
    if status is Status.HELD and waiting_for is None and asked != ANY:
        waiting_for = WaitingFor.MODERATOR
    order = query.get("order", "")
    return View(
        status=status,
        waiting_for=waiting_for if status in (Status.HELD, None) else None,
        kind=_one_of(Kind, query.get("kind", "")),
        site=_line(query.get("site", ""), 64),
        article=_line(query.get("article", ""), ADDRESS_LIMIT),
        client=_line(query.get("client", ""), CLIENT_LIMIT),
        search=_line(query.get("q", ""), SEARCH_LIMIT),
        order=order if order in ORDERS else "",
        after=_mark(query.get("cursor", "")),
    )


def cursor(mark: Mark) -> str:
    """Write where a page ended."""
    return f"{to_micros(mark.at)}~{mark.id}~{mark.score!r}"


def _mark(raw: str) -> Mark | None:
    found = CURSOR.fullmatch(raw)
    if found is None:
        return None
    try:
        at, score = from_micros(int(found[1])), float(found[3])
    except (ValueError, OverflowError):
        return None
    return Mark(at, found[2], score) if math.isfinite(score) else None


def _status(raw: str) -> Status | None:
    return None if raw == ALL else _one_of(Status, raw) or Status.HELD


def _one_of(choices: type[Choice], raw: str) -> Choice | None:
    try:
        return choices(raw)
    except ValueError:
        return None


def _line(raw: str, limit: int) -> str:
    try:
        return clean_text(raw, lines=False)[:limit]
    except ValueError:  # halves of characters
        return ""
