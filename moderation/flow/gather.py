"""Gather what a format is given of an article: one page of its comments, in one snapshot."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from operator import attrgetter

from moderation.domain.article import Article
from moderation.domain.clock import Clock, to_micros
from moderation.domain.comment import REACTIONS, Comment, Status
from moderation.domain.errors import NotFound, UnknownParent
from moderation.domain.ids import is_id
from moderation.domain.site import Site
from moderation.domain.thread import PAGE_SIZE, Entry, Shown, Thread, arrange, cut
from moderation.flow import places
from moderation.flow.places import Place
from moderation.flow.ready import Asked
from moderation.formats.contract import Given
from moderation.store import comments, pieces
from moderation.store.contract import Query

NAMED = 10  # reactions of a type that are given whole
LATEST = 50  # comments of `Given.NEWEST`

Version = Callable[[Site], str]
# Of an entry: a function of ours for each of a thousand would take longer than reading them.
_ID, _PARENT, _TYPE, _PIECE = (attrgetter(n) for n in ("id", "parent_id", "type", "piece"))


@dataclass(frozen=True, slots=True)
class Outline:
    """How the thread of an article is cut into pages; true of one revision."""

    revision: int
    pages: tuple[str, ...]  # the ids of each with blanks between, those of empty places too
    removed: frozenset[str]
    reactions: tuple[Entry, ...]
    count: int

    def page_of(self, comment_id: str) -> int:
        """The page that shows a comment. Raises NotFound."""
        for number, page in enumerate(self.pages, 1):
            if comment_id not in self.removed and comment_id in page.split():
                return number
        raise NotFound("There is no such comment here.")


@dataclass(frozen=True, slots=True)
class Gathered:
    """All that a thread is made of; `thread` makes it, which takes a while for many."""

    place: Place
    article: Article | None  # as readers are to see it
    until: datetime | None  # the article closes by itself then
    answer: Comment | None = None
    shown: Sequence[Shown] = ()  # of the page
    whole: Sequence[Comment] = ()  # of these, whose pieces are still to be made
    removed: Sequence[Comment] = ()
    reactions: Sequence[Shown] = ()
    count: int = 0
    page: int = 1
    pages: int = 1
    outline: Outline | None = None  # of a thread of several pages
    takes_pings: bool = False

    def thread(self) -> Thread:
        """Put the comments in their places."""
        return Thread(
            site=self.place.site,
            article=self.article,
            url=self.place.url,
            tree=arrange(self.shown, self.removed),
            reactions=tuple(self.reactions),
            count=self.count,
            page=self.page,
            pages=self.pages,
            takes_pings=self.takes_pings,
        )


class Gather:
    """Reads for a `Publish`."""

    def __init__(self, sites: Sequence[Site], version: Version, clock: Clock) -> None:
        self._sites = sites
        self._version = version
        self._clock = clock

    def read(self, asked: Asked, given: Given, outlines: Mapping[str, Outline]) -> Query[Gathered]:
        """Read what was asked for; `outlines` are those that are known, by article.

        Raises Malformed, UnknownArticle, NotFound and UnknownParent, see `Publish.thread`.
        """
        place = yield from places.find(self._sites, asked.address)
        article, until = place.article, places.closes_at(place)
        now = self._clock.now()
        if article is not None and places.too_old(place, now):
            article, until = replace(article, open=False, pings_open=False), None
        empty = Gathered(place, article, until, takes_pings=places.takes_pings(place, now))
        if place.article is None:
            if asked.comment or asked.answer or asked.page != 1:
                raise UnknownParent if asked.answer else NotFound
            return empty
        answer = yield from _answered(asked.answer, place.article)
        if given is Given.NEWEST:
            shown = yield from _newest(place.article)
            return replace(empty, shown=shown, whole=shown, count=place.article.count)
        column, version = _pieces_of(given, self._version(place.site))
        known = outlines.get(place.article.id)
        if place.article.count > PAGE_SIZE:
            outline = yield from _outline(place.article, known)
            page = outline.page_of(asked.comment) if asked.comment else asked.page
            ids = _page(outline.pages, page).split()
            entries = yield from pieces.of(ids, column, version)
            removed = yield from comments.by_ids(outline.removed.intersection(ids))
            gathered = replace(
                empty, page=page, pages=len(outline.pages), count=outline.count, outline=outline
            )
            reactions: Sequence[Entry] = outline.reactions
        else:
            found = yield from pieces.thread(place.article.id, column, version)
            reactions, entries = [], found
            if not REACTIONS.isdisjoint(map(_TYPE, found)):
                reactions = [entry for entry in found if entry.type in REACTIONS]
                entries = [entry for entry in found if entry.type not in REACTIONS]
            if asked.comment and all(entry.id != asked.comment for entry in entries):
                raise NotFound("There is no such comment here.")
            _page(("",), 1 if asked.comment else asked.page)
            removed = yield from _removed_parents(entries)
            gathered = replace(empty, count=len(entries))
        named = _named(reactions)
        missing: list[str] = []
        if not all(map(_PIECE, entries)):
            missing = [entry.id for entry in entries if not entry.piece]
        whole = yield from comments.by_ids([*missing, *named])
        return replace(
            gathered,
            answer=answer,
            shown=[whole.get(entry.id, entry) for entry in entries] if missing else entries,
            whole=[whole[ident] for ident in missing if ident in whole],
            removed=list(removed.values()),
            reactions=[whole.get(entry.id, entry) for entry in reactions],
        )


def _pieces_of(given: Given, version: str) -> tuple[str, str]:
    """Which pieces are read; none has the version "", so that all comments are read whole."""
    return ("html", "") if given is Given.WHOLE else (given.value, version)


def _page(pages: Sequence[str], number: int) -> str:
    if not 1 <= number <= len(pages):
        raise NotFound("There is no such page of this thread.")
    return pages[number - 1]


def _outline(article: Article, known: Outline | None) -> Query[Outline]:
    if known is not None and known.revision == article.revision:
        return known
    shown = yield from pieces.outline(article.id)
    entries = [entry for entry in shown if entry.type not in REACTIONS]
    gone = yield from _removed_parents(entries)
    removed = [Entry(c.id, c.parent_id, to_micros(c.published_at), c.type) for c in gone.values()]
    return Outline(
        revision=article.revision,
        pages=tuple(" ".join(page) for page in cut(entries, removed)),
        removed=frozenset(gone),
        reactions=tuple(entry for entry in shown if entry.type in REACTIONS),
        count=len(entries),
    )


def _removed_parents(shown: Sequence[Entry]) -> Query[dict[str, Comment]]:
    """The comments that are not shown any more but have answers that are."""
    here = set(map(_ID, shown))
    removed: dict[str, Comment] = {}
    wanted = {parent for parent in map(_PARENT, shown) if parent} - here
    while wanted:
        found = yield from comments.by_ids(wanted)
        # What answers a reaction that is shown begins a thread: reactions have no place in it.
        new = {c.id: c for c in found.values() if not _is_shown_reaction(c)}
        removed |= new
        wanted = {c.parent_id for c in new.values() if c.parent_id} - here - removed.keys()
    return removed


def _is_shown_reaction(comment: Comment) -> bool:
    return comment.status is Status.APPROVED and comment.type in REACTIONS


def _named(reactions: Iterable[Entry]) -> list[str]:
    """The first of each type: they are given by name, the others as a number."""
    first: dict[str, list[str]] = {}
    for entry in reactions:
        named = first.setdefault(entry.type, [])
        if len(named) < NAMED:
            named.append(entry.id)
    return [ident for named in first.values() for ident in named]


def _newest(article: Article) -> Query[list[Comment]]:
    """The newest comments and those they answer, which are older than all of them."""
    newest = yield from comments.newest_in(article.id, LATEST)
    here = {c.id for c in newest}
    parents = yield from comments.by_ids({c.parent_id for c in newest if c.parent_id} - here)
    seen = [c for c in parents.values() if c.status is Status.APPROVED and c.type not in REACTIONS]
    return [*newest, *seen]


def _answered(comment_id: str, article: Article) -> Query[Comment | None]:
    """The comment that is answered without script, by its id or the number WordPress gave it."""
    if not comment_id:
        return None
    if not is_id(comment_id):  # nor is it such a number
        raise UnknownParent
    found = (yield from comments.by_ids([comment_id])).get(comment_id)
    if found is None:
        found = yield from comments.by_anchor(article.id, f"comment-{comment_id}")
    if found is None or found.article_id != article.id or found.status is not Status.APPROVED:
        raise UnknownParent
    return found
