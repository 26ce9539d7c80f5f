"""What machines ask: is the process up, can it work, and how is it doing."""

import shutil
from ipaddress import ip_address
from pathlib import Path

from prometheus_client import CollectorRegistry, Gauge, generate_latest
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from moderation.domain.clock import Clock
from moderation.domain.errors import Busy
from moderation.domain.job import JobState
from moderation.store import jobs, tally
from moderation.store.contract import Store
from moderation.web.requests import Clients

# A proxy beside us that sends none of these is to be told not to pass /metrics on.
PASSED_ON = frozenset(
    {"x-forwarded-for", "forwarded", "via", "x-real-ip", "x-forwarded-host", "x-forwarded-proto"}
)
LEAST_DISK = 64 * 1024 * 1024  # bytes


class Health:
    """``/healthz``, ``/readyz`` and ``/metrics`` (the last to this machine only)."""

    def __init__(self, store: Store, folder: Path | None, clients: Clients, clock: Clock) -> None:
        self._store = store
        self._folder = folder
        self._clients = clients
        self._clock = clock

    def routes(self) -> list[Route]:
        return [
            Route("/healthz", self.healthz, methods=["GET"]),
            Route("/readyz", self.readyz, methods=["GET"]),
            Route("/metrics", self.metrics, methods=["GET"]),
        ]

    async def healthz(self, request: Request) -> Response:
        return PlainTextResponse("ok\n")

    async def readyz(self, request: Request) -> Response:
        """Whether the store takes writes, is migrated, and has room."""
        try:
            health = await self._store.health()
        except Busy:
            return JSONResponse({"ready": False, "store": "away"}, 503, {"Retry-After": "5"})
        room = self._folder is None or shutil.disk_usage(self._folder).free > LEAST_DISK
        ready = health.writable and room
        found = {
            "ready": ready,
            "store": health.engine,
            "migration": health.migration,
            "writable": health.writable,
            "disk": room,
        }
        return JSONResponse(found, 200 if ready else 503, {} if ready else {"Retry-After": "30"})

    def _is_near(self, request: Request) -> bool:
        """Whether this machine asks; what a proxy passes on comes from elsewhere."""
        passed_on = PASSED_ON & set(request.headers.keys())
        return not passed_on and _is_loopback(self._clients.of(request).address)

    async def metrics(self, request: Request) -> Response:
        if not self._is_near(request):
            return PlainTextResponse("Only this machine may ask.\n", 403)
        registry = CollectorRegistry()
        comments = Gauge(
            "moderation_comments", "Comments by status", ["status", "kind"], registry=registry
        )
        for count in await self._store.read(tally.counts):
            key = count.key
            waiting = f"held:{key.waiting_for}" if key.waiting_for else key.status.value
            comments.labels(waiting, key.kind.value).inc(count.number)
        work = Gauge("moderation_jobs", "Jobs by state", ["state"], registry=registry)
        lag = Gauge("moderation_job_lag_seconds", "Age of the oldest due job", registry=registry)
        for state, (number, oldest) in (await self._store.read(jobs.states)).items():
            work.labels(state.value).set(number)
            if state is JobState.QUEUED:
                lag.set(max(0.0, (self._clock.now() - oldest).total_seconds()))
        writes = Gauge("moderation_store_queue", "Writes that wait", registry=registry)
        writes.set((await self._store.health()).queue)
        body = generate_latest(registry)
        return Response(body, media_type="text/plain; version=0.0.4; charset=utf-8")


def _is_loopback(address: str) -> bool:
    try:
        return ip_address(address).is_loopback
    except ValueError:
        return False
