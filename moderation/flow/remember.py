"""What checks may ask of the past, answered by the store."""

from collections.abc import Sequence
from datetime import datetime
from urllib.parse import urlsplit

from moderation.domain.rule import Rule
from moderation.flow.prepare import words_hash
from moderation.store import authors, rules, texts
from moderation.store.contract import Store


class Remember:
    """`Records` of the checks' contract."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._edition = -1  # of the rules held
        self._rules: Sequence[Rule] = ()

    async def approved_by(self, author_id: str) -> int:
        return await self._store.read(authors.approved_by, author_id)

    async def last_rejection_of(self, author_id: str) -> datetime | None:
        return await self._store.read(authors.last_rejection_of, author_id)

    async def approved_from_source(self, site: str, host: str, path_prefix: str) -> int:
        sources = await self._store.read(texts.approved_sources, site, host)
        return sum(_under(source, path_prefix) for source in sources)

    async def same_text(self, site: str, text: str, *, since: datetime, besides: str) -> int:
        return await self._store.read(
            texts.same_words, site, words_hash(text), since=since, besides=besides
        )

    async def rules(self) -> Sequence[Rule]:
        """The rules, read again where their edition has moved: one look at one row else."""
        if await self._store.read(rules.edition) != self._edition:
            self._edition, self._rules = await self._store.read(rules.live)
        return self._rules


def _under(source: str, path_prefix: str) -> bool:
    """Whether an address lies under a path, by segments."""
    path = urlsplit(source).path or "/"
    prefix = path_prefix.rstrip("/")
    return path == prefix or path.startswith(prefix + "/")
