"""Give readers a thread: ready bytes by what was asked, made once, forgotten when it changes."""

import asyncio
import gzip
import hashlib
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from moderation.domain.clock import Clock
from moderation.domain.comment import REACTIONS, Comment
from moderation.domain.errors import Malformed, NotFound, UnknownArticle, UnknownParent
from moderation.domain.site import Site
from moderation.domain.thread import Node, Thread, arrange, paginate
from moderation.flow import places
from moderation.formats.contract import ThreadFormat, View
from moderation.store import articles, comments
from moderation.store.contract import Changed, Query, Store

CACHE_BYTES = 64 * 1024 * 1024
REMEMBERED = 10_000  # articles whose last change is known
ENTRY_BYTES = 1024  # what an entry costs beside its bytes


@dataclass(frozen=True, slots=True)
class Asked:
    """One way of seeing one article."""

    format: str
    address: str
    page: int = 1
    form: bool = True
    comment: str = ""  # the page that holds this comment
    answer: str = ""  # the comment being answered without script


@dataclass(slots=True)
class Ready:
    """An answer whole: bytes, their tag, and compressed forms as they are first asked for."""

    body: bytes
    etag: str  # strong, of the identity bytes: equal in all processes and after restarts
    content_type: str
    site: Site
    article_id: str | None  # None: nothing is stored of this address
    takes_pings: bool = False
    until: datetime | None = None  # the article closes by itself then, and says so
    encoded: dict[str, bytes] = field(default_factory=dict)

    async def gzipped(self) -> bytes:
        """The gzip form, made once, off the event loop."""
        if "gzip" not in self.encoded:
            self.encoded["gzip"] = await asyncio.to_thread(gzip.compress, self.body, 6, mtime=0)
        return self.encoded["gzip"]

    @property
    def weight(self) -> int:
        return len(self.body) * 2 + ENTRY_BYTES


class Publish:
    """Threads as bytes. What was begun before a commit is never kept after it."""

    def __init__(
        self,
        store: Store,
        sites: Sequence[Site],
        formats: Mapping[str, ThreadFormat],
        clock: Clock,
        *,
        limit: int = CACHE_BYTES,
    ) -> None:
        self._store = store
        self._sites = sites
        self._formats = formats
        self._clock = clock
        self._limit = limit
        self._ready: OrderedDict[Asked, Ready] = OrderedDict()
        self._of_article: dict[str, set[Asked]] = {}
        self._loading: dict[Asked, asyncio.Task[Ready]] = {}
        self._weight = 0
        self._epoch = 0
        self._changed: dict[str, int] = {}  # article -> epoch of its last change
        self._floor = 0  # loads begun before this epoch are not kept
        store.on_change(self.evict)

    def evict(self, changes: Sequence[Changed]) -> None:
        """Forget what was made of these articles; called after each commit, before its answers."""
        self._epoch += 1
        if len(self._changed) > REMEMBERED:
            self._changed.clear()  # then loads of before are not kept either: see `_load`
            self._floor = self._epoch
        for change in changes:
            self._changed[change.article_id] = self._epoch
            for asked in tuple(self._of_article.get(change.article_id, ())):
                self._drop(asked)
        self._loading.clear()  # who asks now must not be given what was begun before

    def kept(self, asked: Asked) -> Ready | None:
        """What is ready, without waiting."""
        ready = self._ready.get(asked)
        if ready is None:
            return None
        if ready.until is not None and self._clock.now() > ready.until:
            self._drop(asked)
            return None
        self._ready.move_to_end(asked)
        return ready

    async def thread(self, asked: Asked) -> Ready:
        """An article's thread as `asked`.

        Raises Malformed without an address, UnknownArticle outside every site, NotFound
        for a page that is not there, UnknownParent for an answer to what is not shown.
        """
        ready = self.kept(asked)
        if ready is not None:
            return ready
        task = self._loading.get(asked)
        if task is None:
            task = asyncio.create_task(self._load(asked, self._epoch))
            self._loading[asked] = task
        return await asyncio.shield(task)

    async def _load(self, asked: Asked, epoch: int) -> Ready:
        try:
            ready = await self._make(asked)
            article_id = ready.article_id
            if article_id is not None and epoch >= self._changed.get(article_id, self._floor):
                self._keep(asked, ready, article_id)
            return ready
        finally:
            if self._loading.get(asked) is asyncio.current_task():
                del self._loading[asked]

    def _keep(self, asked: Asked, ready: Ready, article_id: str) -> None:
        self._drop(asked)  # two may have been loading it: a commit in between ends joining
        self._ready[asked] = ready
        self._of_article.setdefault(article_id, set()).add(asked)
        self._weight += ready.weight
        while self._weight > self._limit:
            self._drop(next(iter(self._ready)))

    def _drop(self, asked: Asked) -> None:
        gone = self._ready.pop(asked, None)
        if gone is None or gone.article_id is None:
            return
        self._weight -= gone.weight
        of_article = self._of_article[gone.article_id]
        of_article.discard(asked)
        if not of_article:
            del self._of_article[gone.article_id]

    async def _make(self, asked: Asked) -> Ready:
        thread, answer, until = await self._store.read(self._read, asked)
        view = View(form=asked.form, answer=answer)
        form = self._formats[asked.format]
        body = await asyncio.to_thread(form.render, thread, view)
        return Ready(
            body=body,
            etag=f'"{hashlib.sha256(body).hexdigest()[:24]}"',
            content_type=form.content_type,
            site=thread.site,
            article_id=thread.article.id if thread.article is not None else None,
            takes_pings=thread.takes_pings,
            until=until,
        )

    def _read(self, asked: Asked) -> Query[tuple[Thread, Comment | None, datetime | None]]:
        place = yield from places.find(self._sites, asked.address)
        article, until = place.article, places.closes_at(place)
        if article is not None and places.too_old(place, self._clock.now()):
            article, until = replace(article, open=False, pings_open=False), None
        shown: Sequence[Comment] = ()
        removed: Sequence[Comment] = ()
        if place.article is not None:
            shown = yield from comments.approved_in(place.article.id)
            removed = yield from _removed_parents(shown)
        pages = paginate(arrange(shown, removed))
        number = _page_of(asked.comment, pages) if asked.comment else asked.page
        if not 1 <= number <= len(pages):
            raise NotFound("There is no such page of this thread.")
        thread = Thread(
            site=place.site,
            article=article,
            url=place.url,
            roots=pages[number - 1],
            reactions=tuple(c for c in shown if c.type in REACTIONS),
            count=sum(c.type not in REACTIONS for c in shown),
            page=number,
            pages=len(pages),
            takes_pings=places.takes_pings(place, self._clock.now()),
        )
        return thread, _answered(asked.answer, shown), until

    async def counts(self, addresses: Sequence[str]) -> dict[str, int]:
        """Count the approved comments of addresses, keyed as asked; 0 for any not known."""
        return await self._store.read(self._counts, tuple(addresses))

    def _counts(self, addresses: Sequence[str]) -> Query[dict[str, int]]:
        counted = {}
        for address in addresses:
            try:
                place = yield from places.find(self._sites, address)
            except (UnknownArticle, Malformed):
                counted[address] = 0
            else:
                counted[address] = place.article.count if place.article is not None else 0
        return counted

    async def counts_of_site(self, site_id: str) -> dict[str, int]:
        """Count the approved comments of every article of a site that has any."""
        if all(site.id != site_id for site in self._sites):
            raise NotFound("There is no such site.")
        return await self._store.read(articles.counts, site_id)


def _removed_parents(shown: Sequence[Comment]) -> Query[list[Comment]]:
    """The comments that are not shown any more but have answers that are."""
    here = {c.id for c in shown}
    removed: dict[str, Comment] = {}
    wanted = {c.parent_id for c in shown if c.parent_id and c.parent_id not in here}
    while wanted:
        found = yield from comments.by_ids(wanted)
        removed |= found
        parents = {c.parent_id for c in found.values() if c.parent_id}
        wanted = parents - here - set(removed)
    return list(removed.values())


def _page_of(comment_id: str, pages: Sequence[Sequence[Node]]) -> int:
    for number, roots in enumerate(pages, 1):
        walk = list(roots)
        while walk:
            node = walk.pop()
            if node.comment.id == comment_id and not node.removed:
                return number
            walk.extend(node.replies)
    raise NotFound("There is no such comment here.")


def _answered(comment_id: str, shown: Sequence[Comment]) -> Comment | None:
    if not comment_id:
        return None
    for comment in shown:
        if comment.id == comment_id or comment.anchor == f"comment-{comment_id}":
            return comment
    raise UnknownParent
