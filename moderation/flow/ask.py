"""Ask Akismet about a comment, and correct it later where the owner knew better."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Protocol

from moderation.checks.akismet import AkismetAnswer, AkismetFailed, Said, opinion_of
from moderation.checks.contract import Case
from moderation.domain.clock import Clock
from moderation.domain.comment import Comment, Status
from moderation.domain.job import Job
from moderation.domain.opinion import Opinion, Verdict
from moderation.domain.site import Site
from moderation.flow.cases import case_of
from moderation.flow.follow import Features
from moderation.flow.settle import settle
from moderation.flow.worker import GiveUp, Later
from moderation.store import akismet_records, articles, comments
from moderation.store.akismet_records import AkismetRecord
from moderation.store.contract import Query, Store

AGAIN = (1, 5, 20, 60, 180, 360)  # minutes until asked again; then every 6 hours
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
        case = await self._store.read(self._case, comment_id)
        if case is None:
            return
        again = job.attempts > 1
        reason = "edit" if job.payload.get("edited") else "retry" if again else ""
        answer = await self._service.check(case, recheck_reason=reason)
        waited = self._clock.now() - job.created_at
        final = bool(answer.recheck_after) and waited >= timedelta(seconds=2 * answer.recheck_after)
        opinion = opinion_of(answer, final=final)
        await self._store.write(self._heard, comment_id, answer, opinion)
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

    def _case(self, comment_id: str) -> Query[Case | None]:
        comment = yield from comments.by_id(comment_id)
        if comment is None or comment.site not in self._sites:
            return None
        article = yield from articles.by_id(comment.article_id)
        if article is None:
            return None
        return case_of(comment, article, self._sites[comment.site])

    def _heard(self, comment_id: str, answer: AkismetAnswer, opinion: Opinion) -> Query[None]:
        now = self._clock.now()
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
        yield from settle(comment_id, [opinion], tuple(self._sites.values()), self._on, now)

    async def correct(self, job: Job) -> None:
        """Tell Akismet once what a comment was, if its verdict was the other."""
        comment_id = str(job.payload["comment"])
        right = Verdict.SPAM if job.payload["label"] == "spam" else Verdict.HAM
        record = await self._store.read(_to_correct, comment_id, right)
        if record is None:
            return
        try:
            await self._service.submit(record.sent, spam=right is Verdict.SPAM, guid=record.guid)
        except AkismetFailed as error:
            if self._clock.now() - job.created_at > GIVES_UP_AFTER:
                raise GiveUp(str(error)) from error
            minutes = AGAIN[min(job.attempts, len(AGAIN)) - 1]
            delay = timedelta(seconds=error.retry_after) or timedelta(minutes=minutes)
            raise Later(self._clock.now() + delay, str(error)) from error
        await self._store.write(akismet_records.corrected, comment_id, right)


def _alert(answer: AkismetAnswer) -> str:
    return f"{answer.alert.code}: {answer.alert.message}" if answer.alert is not None else ""


def _to_correct(comment_id: str, right: Verdict) -> Query[AkismetRecord | None]:
    """The record of a check that was wrong and has not been corrected to `right` yet."""
    record = yield from akismet_records.of(comment_id)
    comment = yield from comments.by_id(comment_id)
    if record is None or comment is None or not record.sent or not _still(comment, right):
        return None
    told = record.corrected_as or record.verdict
    return None if told is right else record


def _still(comment: Comment, right: Verdict) -> bool:
    """Whether the comment still stands as the decision left it."""
    return (comment.status is Status.SPAM) == (right is Verdict.SPAM)
