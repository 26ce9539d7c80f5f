"""What owners are shown of the learned check: how much it knows, what, and how well it does."""

import asyncio
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from moderation.checks.learned import APPROVE, NEEDED, SPAM_AT, Learned
from moderation.checks.learned.model import Model, Reason
from moderation.domain.comment import Comment, Status
from moderation.domain.lesson import Teaching
from moderation.domain.site import Site
from moderation.flow.backtest import Policy, Tested, backtest
from moderation.flow.preferences import Preferences
from moderation.flow.rehearse import rehearsed
from moderation.store import comments, evidence, journal, journal_views, snapshots
from moderation.store.contract import Query, Store
from moderation.store.journal_views import Past

LAST = 1000  # decisions that thresholds are tried on
AMONG = 5000  # lessons looked through for a token
WAITING_AMONG = 1000  # comments of each other status looked through
LISTED = 50
SEEN = 3  # times a token must have stood to be told as known
READ = 200


@dataclass(frozen=True, slots=True)
class Known:
    """How much was learnt."""

    spam: int  # decisions that stand
    ham: int
    needed: int  # of each
    lines: int  # of the journal
    kept: int  # the line up to which a model is kept
    features: int

    @property
    def speaks(self) -> bool:
        return min(self.spam, self.ham) >= self.needed


@dataclass(frozen=True, slots=True)
class Holder:
    """A comment that a token stands in; None once it is deleted."""

    comment_id: str
    comment: Comment | None
    taught: str  # "spam", "ham" or "" where nobody decided


class Study:
    """Looks into the journal and the model. `learned` is None where the check is off."""

    def __init__(
        self, store: Store, sites: Sequence[Site], learned: Learned | None, on: Preferences
    ) -> None:
        self._store = store
        self._sites = tuple(sites)
        self._learned = learned
        self._preferences = on

    @property
    def on(self) -> bool:
        """Whether the check is run at all."""
        return self._learned is not None

    async def known(self, site: str) -> Known:
        """How much the model of a site knows ("": of all)."""
        scope = self.scope(site)
        spam, ham = await self._counts(scope)
        kept = await self._store.read(snapshots.of, scope)
        return Known(
            spam=spam,
            ham=ham,
            needed=NEEDED,
            lines=await self._store.read(journal.last),
            kept=kept.sequence if kept is not None else 0,
            features=self._learned.features if self._learned is not None else 0,
        )

    async def policy(self, site: str) -> Policy:
        """What is in force."""
        spam_at = await self._preferences.value(site, SPAM_AT)
        approve = await self._preferences.value(site, APPROVE)
        return Policy(spam_at if isinstance(spam_at, float | int) else 1.0, approve is True)

    async def past(self, site: str) -> tuple[Sequence[Past], tuple[int, int]]:
        """The last decisions on a site's comments, newest first; how many the model knew before."""
        found = await self._store.read(journal_views.past, site or None, limit=LAST)
        spam, ham = await self._counts(self.scope(site))
        inside = sum(one.spam for one in found)
        return found, (max(0, spam - inside), max(0, ham - (len(found) - inside)))

    async def tested(self, site: str, policies: Iterable[Policy]) -> list[Tested]:
        """Try policies on the last decisions."""
        past, (spam, ham) = await self.past(site)
        return [backtest(past, policy, spam=spam, ham=ham) for policy in policies]

    async def unseen(self, site: str) -> Sequence[float]:
        """What was thought of the newest comments in spam that nobody decided on."""
        return await self._store.read(evidence.unseen_spam, site, among=LAST)

    async def rehearsed(self, site: str, *, with_starter: bool) -> Sequence[Past]:
        """The last decisions as the model of today would have met them, each before it knew it."""
        past, _ = await self.past(site)
        wanted = {one.sequence for one in past}
        said: dict[int, float] = {}
        scope = self.scope(site)
        async for _, met in rehearsed(self._store, scope, with_starter=with_starter):
            said |= {line: met[line] for line in wanted & met.keys()}
        return [
            Past(one.sequence, one.comment_id, one.spam, said.get(one.sequence), one.clear, one.at)
            for one in past
        ]

    async def strongest(self, site: str, *, most: int = 12) -> tuple[list[Reason], list[Reason]]:
        """What it knows best: tokens that speak for spam, and against it."""
        newest = await self._newest(self.scope(site))
        model = await self._model(site)
        if model is None:
            return [], []
        reasons = await asyncio.to_thread(_strongest, model.copy(), newest)  # it may learn on
        spam = [reason for reason in reasons if reason.weight > 0]
        return spam[:most], [reason for reason in reasons if reason.weight < 0][:most]

    async def reasons(self, comment: Comment, *, most: int = 12) -> Sequence[Reason]:
        """What the model says of a comment's tokens now, the strongest first."""
        kept = (await self._store.read(evidence.of_many, [comment.id])).get(comment.id)
        model = await self._model(comment.site) if kept is not None else None
        if kept is None or model is None:
            return ()
        return model.weigh(kept.tokens, reasons=most).reasons

    async def holders(self, token: str) -> list[Holder]:
        """Comments with a token: of the last lessons, and of those nobody decided on."""
        return await self._store.read(_holders, token)

    async def named(self, ids: Sequence[str]) -> dict[str, Comment]:
        """Comments by id; those that are deleted are left out."""
        return await self._store.read(comments.by_ids, ids)

    async def _model(self, site: str) -> Model | None:
        if self._learned is None:
            return None
        return await (await self._learned.mind(site)).model()

    def scope(self, site: str) -> str:
        """Whose decisions a site's model is made of: its own, or ("") everybody's."""
        return self._learned.scope(site) if self._learned is not None else ""

    async def _counts(self, scope: str) -> tuple[int, int]:
        counts = await self._store.read(journal_views.counts)
        ours = {k: n for k, n in counts.items() if not scope or k[0] == scope}
        return (
            sum(n for (_, teaching), n in ours.items() if teaching is Teaching.SPAM),
            sum(n for (_, teaching), n in ours.items() if teaching is Teaching.HAM),
        )

    async def _newest(self, scope: str) -> list[Sequence[str]]:
        """The tokens of the last lessons in force, however many there are."""
        found: list[Sequence[str]] = []
        before: int | None = None
        while len(found) < AMONG:
            part = await self._store.read(
                journal_views.tokens_before, scope or None, before, limit=READ
            )
            found += (tokens for _, tokens in part)
            if len(part) < READ:
                break
            before = part[-1][0]
        return found[:AMONG]


def _strongest(model: Model, lessons: Iterable[Sequence[str]]) -> list[Reason]:
    seen = Counter(token for tokens in lessons for token in tokens)
    known = sorted(token for token, number in seen.items() if number >= SEEN)
    return list(model.weigh(known, reasons=len(known)).reasons)


def _holders(token: str) -> Query[list[Holder]]:
    taught: dict[str, str] = {}
    for comment_id, spam in (yield from journal_views.with_token(token, among=AMONG)):
        taught[comment_id] = "spam" if spam else "ham"
    for status in (Status.HELD, Status.SPAM):
        for ident in (yield from evidence.with_token(token, status, among=WAITING_AMONG)):
            taught.setdefault(ident, "")
    listed = dict(list(taught.items())[:LISTED])
    known = yield from comments.by_ids(listed)
    return [Holder(ident, known.get(ident), said) for ident, said in listed.items()]
