"""Which comments are meant: the query of the list, its cursor, and what could be seen then."""

import json
from datetime import datetime
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from moderation.domain.clock import from_micros, to_micros
from moderation.domain.comment import Kind, Status, Type, WaitingFor
from moderation.domain.errors import FieldFault, InvalidFields, Malformed, NotFound
from moderation.flow.catalogue import Catalogue
from moderation.flow.crowd import Snapshot
from moderation.signing import Signing
from moderation.store.queue import Filter, Mark
from moderation.text import terms, words
from moderation.text.clean import clean_text
from moderation.web.api.reading import IDENT, moment

CURSOR = "cursor"
SNAPSHOT = "snapshot"
PAGING = frozenset({"order", "limit", "cursor"})  # says nothing of which comments are meant


class CommentQuery(msgspec.Struct, kw_only=True, frozen=True):
    """Which comments, in which order, how many."""

    status: Status | None = None
    waiting_for: (
        Annotated[
            WaitingFor, Meta(description="What a held one waits for; the queue is `moderator`.")
        ]
        | None
    ) = None
    kind: Kind | None = None
    type: Type | None = None
    article: (
        Annotated[str, Meta(max_length=2048, description="An address of the article, or its id.")]
        | None
    ) = None
    site: Annotated[str, Meta(max_length=100, description="The id of a site.")] | None = None
    q: (
        Annotated[
            str,
            Meta(
                max_length=200,
                description="Up to ten words, or phrases in quotes, that all occur in the text, "
                "the author's name, e-mail address or website, the source or its title. A word is "
                "found by its beginning.",
            ),
        ]
        | None
    ) = None
    since: (
        Annotated[datetime, Meta(tz=True, description="Received at this moment or later.")] | None
    ) = None
    until: Annotated[datetime, Meta(tz=True, description="Received before this moment.")] | None = (
        None
    )
    order: Annotated[
        Literal["oldest", "newest", "priority"],
        Meta(description="`priority`: what is surely ham first."),
    ] = "newest"
    limit: Annotated[int, Meta(ge=1, le=100)] = 20
    cursor: (
        Annotated[str, Meta(max_length=2000, description="`next` of the page before.")] | None
    ) = None


class Selection:
    """Turns queries into filters, and marks in a list into signed words and back."""

    def __init__(self, catalogue: Catalogue, signing: Signing) -> None:
        self._catalogue = catalogue
        self._signing = signing

    def check_site(self, site: str | None, within: frozenset[str]) -> None:
        """Raise NotFound for a site that is not there, or not for this token."""
        known = {s.id for s in self._catalogue.allowed(within)}
        if site is not None and site not in known:
            raise NotFound("There is no such site.")

    async def filter(self, query: CommentQuery, within: frozenset[str]) -> Filter | None:
        """The filter of a query; None where nothing can match (an address without a row).

        Raises NotFound, UnknownArticle, Malformed and InvalidFields.
        """
        self.check_site(query.site, within)
        article_id = None
        if query.article is not None:
            article_id = await self._article_id(query.article, within)
            if article_id is None:
                return None
        return Filter(
            status=query.status,
            waiting_for=query.waiting_for,
            kind=query.kind,
            type=query.type,
            article_id=article_id,
            site=query.site,
            sites=within,
            words=_words(query.q),
            since=moment("since", query.since),
            until=moment("until", query.until),
        )

    async def _article_id(self, given: str, within: frozenset[str]) -> str | None:
        if IDENT.fullmatch(given):
            return given
        listed = await self._catalogue.at(given, within=within)
        return listed.article.id if listed is not None else None

    def cursor_after(self, end: Mark, query: CommentQuery) -> str:
        """Sign where a page ended in the list that a query makes."""
        return self._signing.sign(CURSOR, [_shape(query), to_micros(end.at), end.id, end.score])

    def mark(self, query: CommentQuery) -> Mark | None:
        """Where to go on. Raises Malformed for a cursor that is not ours or of another list."""
        if query.cursor is None:
            return None
        value = self._signing.value(CURSOR, query.cursor)
        if not isinstance(value, list) or len(value) != 4 or value[0] != _shape(query):
            raise Malformed("This cursor does not belong to this list.")
        return Mark(from_micros(int(value[1])), str(value[2]), float(value[3]))

    def write_snapshot(self, snapshot: Snapshot, query: CommentQuery) -> str:
        members = [_shape(query, paging=False), to_micros(snapshot.calm), snapshot.fresh]
        return self._signing.sign(SNAPSHOT, members)

    def read_snapshot(self, given: str, query: CommentQuery) -> Snapshot:
        """Raises InvalidFields for one that is not ours or of another list."""
        value = self._signing.value(SNAPSHOT, given)
        if not isinstance(value, list) or value[0] != _shape(query, paging=False):
            message = "This snapshot does not belong to this query."
            raise InvalidFields([FieldFault("snapshot", "malformed", message)])
        fresh = tuple((str(ident), int(version)) for ident, version in value[2])
        return Snapshot(from_micros(int(value[1])), fresh)


def _words(given: str | None) -> tuple[str, ...]:
    typed = clean_text(given or "", lines=False)
    found = terms.read(typed)
    if len(found) > terms.MOST_TERMS:
        message = f"Search for {terms.MOST_TERMS} words at the most."
        raise InvalidFields([FieldFault("q", "too_long", message)])
    if typed.strip() and not found:
        message = "There is no letter, digit or picture to search for."
        raise InvalidFields([FieldFault("q", "malformed", message)])
    return found


def _shape(query: CommentQuery, *, paging: bool = True) -> str:
    """What must be the same for a mark to mean the same list."""
    members = msgspec.to_builtins(query)
    left_out = {"limit", "cursor"} if paging else PAGING
    kept = {name: value for name, value in members.items() if name not in left_out}
    return words.fingerprint(json.dumps(kept, sort_keys=True))[:16]
