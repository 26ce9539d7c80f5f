"""Give readers a thread: what was asked becomes bytes, made once and kept until it changes."""

import asyncio
import hashlib
from collections.abc import Mapping, Sequence
from typing import TypeAlias

from moderation.domain.clock import Clock
from moderation.domain.errors import NotFound
from moderation.domain.site import Site
from moderation.flow.compress import COMPRESS
from moderation.flow.counted import Counted
from moderation.flow.gather import Gather, Gathered, Outline
from moderation.flow.kept import Kept
from moderation.flow.pieces import Pieces
from moderation.flow.ready import Asked, Ready
from moderation.formats.contract import Given, ThreadFormat, View
from moderation.store import articles
from moderation.store.contract import Query, Store

CACHE_BYTES = 64 * 1024 * 1024
Written: TypeAlias = tuple[bytes, str]  # the bytes of a thread, and their tag
AT_ONCE = 64  # comments that are joined on the event loop: it takes less than going to a thread
OUTLINES = 32  # long threads of which it is remembered how they are cut: 200 KB each at 10,000


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
        self.pieces = Pieces(store, sites, formats)
        self._gather = Gather(sites, self.pieces.version, clock)
        self._outlines: dict[str, Outline] = {}  # by article, the least used first
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
        ready.encoded = {**ready.encoded, encoding: form}
        self.kept.weigh(asked, ready)
        return form

    async def _make(self, asked: Asked) -> Ready:
        form = self._formats[asked.format]
        gathered, written = await self._store.read(self._read, asked, form)
        if written is None:
            written = await asyncio.to_thread(_written, form, gathered, asked)
        body, etag = written
        self._note(gathered, form.given)
        return Ready(
            body=body,
            etag=etag,
            content_type=form.content_type,
            site=gathered.place.site,
            article_id=gathered.article.id if gathered.article is not None else None,
            takes_pings=gathered.takes_pings,
            until=gathered.until,
        )

    def _read(self, asked: Asked, form: ThreadFormat) -> Query[tuple[Gathered, Written | None]]:
        """Read a thread, and write it where it was read, but for what would hold others up there.

        Comments whose pieces are missing take long to write, and many take long on the event
        loop, where PostgreSQL is read.
        """
        gathered = yield from self._gather.read(asked, form.given, self._outlines)
        if gathered.whole or (len(gathered.shown) > AT_ONCE and _is_on_a_loop()):
            return gathered, None
        return gathered, _written(form, gathered, asked)

    def _note(self, gathered: Gathered, given: Given) -> None:
        """Remember how a long thread is cut, and have missing pieces kept."""
        article = gathered.place.article
        if article is not None and gathered.outline is not None:
            self._outlines.pop(article.id, None)
            self._outlines[article.id] = gathered.outline
            if len(self._outlines) > OUTLINES:
                del self._outlines[next(iter(self._outlines))]
        if given in (Given.HTML, Given.JSON):
            self.pieces.missed(gathered.whole)

    async def close(self) -> None:
        """Wait for what is being kept beside comments; the store is still open."""
        await self.pieces.close()

    async def counts_of_site(self, site_id: str) -> dict[str, int]:
        """Count the approved comments of every article of a site that has any."""
        if all(site.id != site_id for site in self._sites):
            raise NotFound("There is no such site.")
        return await self._store.read(articles.counts, site_id)


def _is_on_a_loop() -> bool:
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return False
    return True


def _written(form: ThreadFormat, gathered: Gathered, asked: Asked) -> Written:
    body = form.render(gathered.thread(), View(form=asked.form, answer=gathered.answer))
    return body, f'"{hashlib.sha256(body).hexdigest()[:24]}"'
