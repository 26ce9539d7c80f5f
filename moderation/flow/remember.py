"""What checks may ask of the past, answered by the store."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from moderation.checks.contract import Case
from moderation.domain.rule import Rule
from moderation.domain.site import Site
from moderation.domain.trust import Past, SourcePlace
from moderation.flow import trust
from moderation.flow.listed import Listed
from moderation.flow.prepare import words_hash
from moderation.flow.signatures import signature_of
from moderation.store import authors, rules, texts, waves
from moderation.store.contract import Store


class Remember:
    """`Records` of the checks' contract."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._edition = -1  # of the rules held
        self._rules: Sequence[Rule] = ()
        self._listed = Listed(store)

    async def approved_by(self, author_id: str) -> int:
        return await self._store.read(authors.approved_by, author_id)

    async def last_rejection_of(self, author_id: str) -> datetime | None:
        return await self._store.read(authors.last_rejection_of, author_id)

    async def past_of(self, site: Site, place: SourcePlace) -> Past:
        return await self._store.read(trust.past_of, site.id, place, site.pings.trust_after)

    async def same_text(self, site: str, text: str, *, since: datetime, besides: str) -> int:
        return await self._store.read(
            texts.same_words, site, words_hash(text), since=since, besides=besides
        )

    async def rules(self, edition: int | None = None) -> Sequence[Rule]:
        """The rules, read again where their edition has moved: one look at one row else."""
        known = await self._store.read(rules.edition) if edition is None else edition
        if known > self._edition:
            self._edition, self._rules = await self._store.read(rules.live)
        return self._rules

    async def lists(self, names: Collection[str]) -> Mapping[str, frozenset[str]]:
        return await self._listed.of(names)

    async def wave_of(self, case: Case) -> str | None:
        return await self._store.read(waves.find, signature_of(case), besides=case.comment_id)
