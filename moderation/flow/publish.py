"""Give readers a thread: what was asked becomes bytes, made once and kept until it changes."""

import asyncio
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from moderation.domain.clock import Clock
from moderation.domain.comment import REACTIONS, Comment
from moderation.domain.errors import NotFound, UnknownParent
from moderation.domain.site import Site
from moderation.domain.thread import Node, Thread, arrange, paginate
from moderation.flow import places
from moderation.flow.compress import COMPRESS
from moderation.flow.counted import Counted
from moderation.flow.kept import Kept
from moderation.flow.ready import Asked, Ready
from moderation.formats.contract import ThreadFormat, View
from moderation.store import articles, comments
from moderation.store.contract import Query, Store

CACHE_BYTES = 64 * 1024 * 1024


class Publish:
    """Threads as bytes, kept until they change."""

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
        self._encoding: dict[tuple[Ready, str], asyncio.Task[bytes]] = {}
        self.kept = Kept(self._make, clock, limit=limit)
        self.counted = Counted(store, sites)
        store.on_change(self.kept.evict)

    async def thread(self, asked: Asked) -> Ready:
        """An article's thread as `asked`.

        Raises Malformed without an address, UnknownArticle outside every site, NotFound
        for a page that is not there, UnknownParent for an answer to what is not shown.
        """
        return self.kept.find(asked) or await self.kept.get(asked)

    async def encoded(self, asked: Asked, ready: Ready, encoding: str) -> bytes:
        """A compressed form, made once for all who ask, off the event loop; kept with the rest."""
        form = ready.encoded.get(encoding)
        if form is not None:
            return form
        key = ready, encoding
        task = self._encoding.get(key)
        if task is None:
            task = asyncio.create_task(self._encode(asked, ready, encoding))
            self._encoding[key] = task
            task.add_done_callback(lambda _: self._encoding.pop(key))
        return await asyncio.shield(task)

    async def _encode(self, asked: Asked, ready: Ready, encoding: str) -> bytes:
        form = await asyncio.to_thread(COMPRESS[encoding], ready.body)
        ready.encoded[encoding] = form
        self.kept.weigh(asked, ready)
        return form

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
