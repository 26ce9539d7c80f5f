"""The jobs page: what is still to be done outside, what failed and why, retry and drop."""

from collections.abc import Sequence

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from moderation.domain.clock import Clock
from moderation.domain.errors import NotFound
from moderation.domain.job import Job, JobState
from moderation.domain.moderator import Scope
from moderation.store import jobs
from moderation.store.contract import Query, Store
from moderation.web.dashboard.form import Form, id_in
from moderation.web.dashboard.guard import Guard
from moderation.web.dashboard.notices import Notices
from moderation.web.dashboard.screens import Screens
from moderation.web.session import HOME, Visit

SHOWN = 50  # of each state
BATCH = 500
BATCHES = 40  # a full queue is 10,000 jobs
KINDS = {
    "verify": "Look at the source of a ping",
    "look": "Look at the page of an article",
    "notify": "Find out whom to tell what waits",
    "letter": "Mail a moderator what waits",
    "confirm": "Mail a writer to confirm an address",
    "ask": "Ask Akismet about a comment",
    "account": "Look at the account at Akismet",
    "trouble": "Mail an owner about trouble with Akismet",
    "correct": "Correct Akismet",
    "release": "Free what followed a decision that was taken back",
    "relearn": "Read old decisions anew for the spam check",
    "recheck": "See which source is to be looked at again",
    "index": "Make the index that searches use",
    "sweep": "Delete what is old enough",
}


class JobsPage:
    """``/dashboard/jobs``."""

    def __init__(self, store: Store, clock: Clock, notices: Notices, screens: Screens) -> None:
        self._store = store
        self._clock = clock
        self._notices = notices
        self._screens = screens

    def routes(self, guard: Guard) -> list[Route]:
        return [
            Route("/dashboard/jobs", guard.page(self.show), methods=["GET"]),
            Route(
                "/dashboard/jobs/{id}/retry", guard.deed(self.retry, Scope.ADMIN), methods=["POST"]
            ),
            Route(
                "/dashboard/jobs/{id}/drop", guard.deed(self.drop, Scope.ADMIN), methods=["POST"]
            ),
        ]

    async def show(self, request: Request, visit: Visit) -> Response:
        states = await self._store.read(jobs.states)
        listed = await self._store.read(_listed, states.get(JobState.FAILED, (0, None))[0])
        return await self._screens.page(
            "jobs",
            visit,
            title="Jobs",
            request=request,
            kinds=KINDS,
            numbers={state: states[state][0] if state in states else 0 for state in JobState},
            failed=[job for job in listed if job.state is JobState.FAILED],
            queued=[job for job in listed if job.state is JobState.QUEUED],
            shown=SHOWN,
            may=visit.may(Scope.ADMIN),
            states=JobState,
        )

    async def retry(self, request: Request, visit: Visit, form: Form) -> Response:
        if not await self._store.write(jobs.retry, id_in(request), self._clock.now()):
            raise NotFound("This job is done meanwhile, or running.")
        return self._screens.go(f"{HOME}/jobs", said=self._notices.of_words("Tried again now."))

    async def drop(self, request: Request, visit: Visit, form: Form) -> Response:
        if not await self._store.write(jobs.drop, id_in(request)):
            raise NotFound("This job is done meanwhile.")
        return self._screens.go(f"{HOME}/jobs", said=self._notices.of_words("Dropped."))


def _listed(failed: int) -> Query[Sequence[Job]]:
    """The first of each state; failed ones are looked for until all, or enough, are found."""
    wanted = {JobState.FAILED: min(failed, SHOWN), JobState.QUEUED: SHOWN}
    found: dict[JobState, list[Job]] = {state: [] for state in wanted}
    after = ""
    for _ in range(BATCHES):
        batch = yield from jobs.page(after=after, limit=BATCH)
        for job in batch:
            if len(found[job.state]) < wanted[job.state]:
                found[job.state].append(job)
        enough = len(found[JobState.FAILED]) >= wanted[JobState.FAILED]
        if enough or len(batch) < BATCH:
            break
        after = batch[-1].id
    return [*found[JobState.FAILED], *found[JobState.QUEUED]]
