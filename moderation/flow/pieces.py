"""Pieces are made by who finds them missing, and kept beside their comments a moment later."""

import asyncio
import logging
from collections.abc import Iterable, Mapping, Sequence

from moderation.domain.comment import REACTIONS, Comment
from moderation.domain.errors import Busy
from moderation.domain.site import Site
from moderation.formats.contract import Joining, ThreadFormat
from moderation.store import pieces
from moderation.store.contract import Store
from moderation.store.pieces import Made

SLICE = 100  # comments a write
ROOM = 2_000  # comments that may wait, whole; what finds none is missed and found again
logger = logging.getLogger(__name__)


class Pieces:
    """Makes the pieces of comments that were read without, in the background.

    A read never waits for it, and a store that is busy is left alone: a piece that is
    missing, or of another version, costs whoever reads the thread next its making.
    """

    def __init__(
        self, store: Store, sites: Sequence[Site], formats: Mapping[str, ThreadFormat]
    ) -> None:
        self._store = store
        self._sites = {site.id: site for site in sites}
        html, json = formats.get("fragment"), formats.get("thread_json")
        self._makers: tuple[Joining, Joining] | None = None
        if isinstance(html, Joining) and isinstance(json, Joining):
            self._makers = html, json
        self._waiting: dict[str, Comment] = {}
        self._task: asyncio.Task[None] | None = None

    def version(self, site: Site) -> str:
        """The version of pieces that are as they would be made now."""
        return self._makers[0].version(site) if self._makers is not None else ""

    def missed(self, found: Iterable[Comment]) -> None:
        """Have the pieces of these made and kept, as soon as nothing else is to be done."""
        for comment in found:
            if len(self._waiting) < ROOM and comment.type not in REACTIONS:
                self._waiting[comment.id] = comment
        if self._waiting and self._task is None and self._makers is not None:
            self._task = asyncio.create_task(self._work(*self._makers))

    async def kept(self) -> None:
        """Wait until nothing is left to be kept."""
        while self._task is not None:
            await asyncio.shield(self._task)

    async def close(self) -> None:
        """Keep what is being kept, and leave the rest."""
        self._waiting.clear()
        if self._task is not None:
            await self._task

    async def _work(self, html: Joining, json: Joining) -> None:
        try:
            while self._waiting:
                some = list(self._waiting.values())[:SLICE]
                made = await asyncio.to_thread(self._make, some, html, json)
                await self._store.write(pieces.put, made)
                for comment in some:
                    if self._waiting.get(comment.id) is comment:
                        del self._waiting[comment.id]
        except Busy:
            self._waiting.clear()
        except Exception:
            logger.exception("pieces of comments were not kept")
            self._waiting.clear()
        finally:
            self._task = None

    def _make(self, some: Sequence[Comment], html: Joining, json: Joining) -> list[Made]:
        made = []
        for comment in some:
            site = self._sites.get(comment.site)
            if site is not None:
                pieces_of = html.piece(comment, site), json.piece(comment, site)
                made.append(Made(comment, html.version(site), *pieces_of))
        return made
