"""What machines ask: is the process up, can it work, and how is it doing."""

import asyncio
import shutil
from collections.abc import Sequence
from datetime import datetime
from ipaddress import ip_address
from pathlib import Path
from typing import TYPE_CHECKING

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from moderation.domain.clock import Clock
from moderation.domain.errors import Busy
from moderation.store import jobs, tally
from moderation.store.contract import Store
from moderation.store.tally import Count
from moderation.web.requests import Clients

if TYPE_CHECKING:
    from moderation.web.metrics import States

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
        body = await asyncio.to_thread(
            _metrics,
            await self._store.read(tally.counts),
            await self._store.read(jobs.states),
            (await self._store.health()).queue,
            self._clock.now(),
        )
        return Response(body, media_type="text/plain; version=0.0.4; charset=utf-8")


def _metrics(counts: Sequence[Count], states: "States", queue: int, now: datetime) -> bytes:
    """Write them, in a thread: what it is done with is loaded for the first who asks."""
    from moderation.web import metrics

    return metrics.write(counts, states, queue, now)


def _is_loopback(address: str) -> bool:
    try:
        return ip_address(address).is_loopback
    except ValueError:
        return False
