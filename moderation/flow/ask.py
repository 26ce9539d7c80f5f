"""Ask Akismet about a comment, and correct it later where the owner knew better."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Protocol

from moderation.checks.akismet import NAME, AkismetAnswer, AkismetFailed, Said, opinion_of
from moderation.checks.contract import Case
from moderation.domain.clock import Clock
from moderation.domain.comment import Comment, Status, WaitingFor
from moderation.domain.decision import Action
from moderation.domain.ids import new_id
from moderation.domain.job import Job
from moderation.domain.opinion import Opinion, Verdict
from moderation.domain.site import Site
from moderation.flow import account, follow
from moderation.flow.cases import case_of
from moderation.flow.follow import Features
from moderation.flow.moves import move
from moderation.flow.settle import settle
from moderation.flow.teach import Label, right_verdict
from moderation.flow.worker import GiveUp, Later
from moderation.store import akismet_account, akismet_records, articles, comments, opinions
from moderation.store.akismet_account import AkismetAccount
from moderation.store.akismet_records import AkismetRecord
from moderation.store.contract import Query, Store

AGAIN = (1, 5, 20, 60, 180, 360)  # minutes until asked again; then every 6 hours
SURE = 0.9  # a score this near to an end counts as sure
GIVES_UP_AFTER = timedelta(days=15)  # as long as Akismet's own plugin asks


class SpamService(Protocol):
    """What is asked of Akismet; `checks.akismet.Akismet` is it."""

    async def check(self, case: Case, *, recheck_reason: str = "") -> AkismetAnswer: ...

    async def submit(self, sent: Mapping[str, str], *, spam: bool, guid: str = "") -> None: ...


class Ask:
    """The jobs `ask` and `correct`."""

    def __init__(
        self, store: Store, sites: Sequence[Site], service: SpamService, clock: Clock, on: Features
    ) -> None:
        self._store = store
        self._sites = {site.id: site for site in sites}
        self._service = service
        self._clock = clock
        self._on = on

    async def ask(self, job: Job) -> None:
        """Ask about one comment; its opinion may then settle it. Raises `Later` without answer."""
        comment_id = str(job.payload["comment"])
        case, spared = await self._store.read(self._case, comment_id)
        if case is None:
            return
        if spared is not None:
            await self._store.write(self._spare, comment_id, spared)
            return
        again = job.attempts > 1
        reason = "edit" if job.payload.get("edited") else "retry" if again else ""
        answer = await self._service.check(case, recheck_reason=reason)
        waited = self._clock.now() - job.created_at
        final = bool(answer.recheck_after) and waited >= timedelta(seconds=2 * answer.recheck_after)
        opinion = opinion_of(answer, final=final)
        edited = job.payload.get("edited")
        await self._store.write(self._heard, comment_id, answer, opinion, edited)
        if opinion.verdict is Verdict.UNKNOWN:
            self._later(job, answer, waited)

    def _later(self, job: Job, answer: AkismetAnswer, waited: timedelta) -> None:
        """Raise `Later` with growing patience, `GiveUp` after 15 days."""
        if waited > GIVES_UP_AFTER:
            raise GiveUp(answer.because)
        minutes = AGAIN[min(job.attempts, len(AGAIN)) - 1]
        seconds = max(answer.retry_after, answer.recheck_after)
        delay = timedelta(seconds=seconds) if seconds else timedelta(minutes=minutes)
        raise Later(self._clock.now() + delay, answer.because)

    def _case(self, comment_id: str) -> Query[tuple[Case | None, Opinion | None]]:
        """What is asked about; and where the question is spared, what is said instead."""
        comment = yield from comments.by_id(comment_id)
        if comment is None or comment.site not in self._sites:
            return None, None
        article = yield from articles.by_id(comment.article_id)
        if article is None:
            return None, None
        known = yield from akismet_account.read()
        spared = None
        if known is not None and known.is_low:
            said = yield from opinions.of(comment_id)
            spared = spare(known, [o for o in said if o.check != NAME])
        return case_of(comment, article, self._sites[comment.site]), spared

    def _spare(self, comment_id: str, instead: Opinion) -> Query[None]:
        sites = tuple(self._sites.values())
        yield from settle(comment_id, [instead], sites, self._on, self._clock.now())

    def _heard(
        self, comment_id: str, answer: AkismetAnswer, opinion: Opinion, edited: object
    ) -> Query[None]:
        now = self._clock.now()
        yield from account.heard(answer.alert, answer.verdict is Said.UNKNOWN, now)
        comment = yield from comments.by_id(comment_id)
        if comment is None:
            return
        if answer.verdict in (Said.HAM, Said.SPAM):
            record = AkismetRecord(
                comment_id=comment_id,
                guid=answer.guid,
                verdict=Verdict.SPAM if answer.verdict is Said.SPAM else Verdict.HAM,
                sent=answer.sent,
                answer={"pro_tip": answer.pro_tip, "alert": _alert(answer)},
                asked_at=now,
            )
            yield from akismet_records.put(record)
        sites = tuple(self._sites.values())
        settled = yield from settle(comment_id, [opinion], sites, self._on, now)
        if settled is not None and settled.version == edited and opinion.verdict is Verdict.SPAM:
            yield from self._take_off(settled, now)

    def _take_off(self, comment: Comment, now: datetime) -> Query[None]:
        """An objection to changed words, shown since and seen by nobody: a person looks first."""
        if comment.status is not Status.APPROVED:
            return
        moved = yield from move(
            comment,
            Status.HELD,
            WaitingFor.MODERATOR,
            Action.SETTLE,
            follow.MACHINE,
            decision_id=new_id(now),
            now=now,
            reason="Akismet objects to what it was changed to.",
        )
        yield from follow.tell(moved, (), self._on, now, again=True)

    async def correct(self, job: Job) -> None:
        """Tell Akismet once what a comment was, if its verdict was the other."""
        comment_id = str(job.payload["comment"])
        label = Label(str(job.payload["label"]))
        found = await self._store.read(_to_correct, comment_id, label)
        if found is None:
            return
        record, right = found
        try:
            await self._service.submit(record.sent, spam=right is Verdict.SPAM, guid=record.guid)
        except AkismetFailed as error:
            if self._clock.now() - job.created_at > GIVES_UP_AFTER:
                raise GiveUp(str(error)) from error
            minutes = AGAIN[min(job.attempts, len(AGAIN)) - 1]
            delay = timedelta(seconds=error.retry_after) or timedelta(minutes=minutes)
            raise Later(self._clock.now() + delay, str(error)) from error
        await self._store.write(akismet_records.corrected, comment_id, right)


def spare(known: AkismetAccount, said: Sequence[Opinion]) -> Opinion | None:
    """What is said instead of asking, where few calls are left and the other checks are sure.

    They are where one calls the comment spam and none speaks for it, or the other way round, or
    where one's score is near an end; None where Akismet is to be asked all the same.
    """
    verdicts = {o.verdict for o in said}
    differ = {Verdict.SPAM, Verdict.HAM} <= verdicts
    sure = bool({Verdict.SPAM, Verdict.HAM} & verdicts) or any(abs(o.score) >= SURE for o in said)
    if differ or not sure:
        return None
    left = (
        "Akismet slows this account down"
        if known.throttled
        else (f"{known.percentage:.0f} % of this month's calls are used")
    )
    because = f"Akismet was not asked: {left}, and the other checks are sure."
    return Opinion(NAME, Verdict.NOT_RUN, because)


def _alert(answer: AkismetAnswer) -> str:
    return account.worded(answer.alert) if answer.alert is not None else ""


def _to_correct(comment_id: str, label: Label) -> Query[tuple[AkismetRecord, Verdict] | None]:
    """The record of a check that was wrong, and what it has not been told yet."""
    record = yield from akismet_records.of(comment_id)
    comment = yield from comments.by_id(comment_id)
    if record is None or comment is None or not record.sent:
        return None
    right = right_verdict(label, comment, record.verdict)
    told = record.corrected_as or record.verdict
    return None if right is None or told is right else (record, right)
