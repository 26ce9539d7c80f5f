"""Watch over leases: free those of who is gone, and set right what another clock has put off."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from moderation.domain.clock import Clock
from moderation.logs import get
from moderation.store import leases
from moderation.store.contract import Store
from moderation.store.leases import Lease

LOOK = 5.0  # seconds between two looks
STILL = 30.0  # seconds that a lease stands still before it is taken back
SLICE = 200  # jobs set right in one commit
logger = get("vigil")


@dataclass(slots=True)
class _Watched:
    lease: Lease
    still: float = 0.0  # seconds, of those in which we looked


class Vigil:
    """Looks at all leases every few seconds, by this process's monotonic clock."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._looked_at: float | None = None
        self._watched: dict[str, _Watched] = {}

    async def look(self, running: Collection[str]) -> None:
        """Look, if it is time to. `running`: the jobs that run in this process, and live."""
        now = self._clock.monotonic()
        if self._looked_at is not None and now - self._looked_at < LOOK:
            return
        dead = self._dead(await self._store.read(leases.leased), now, running)
        if dead and (freed := await self._store.write(leases.take_back, dead)):
            logger.warning("took back the jobs of a process that is gone", jobs=freed)
        await self._set_right()

    def _dead(
        self, found: Sequence[Lease], now: float, running: Collection[str]
    ) -> Sequence[Lease]:
        """Say which have stood still for too long.

        Of a time in which we did not look either, because the machine slept or the
        database was away, only two looks' worth counts: the others could not move.
        """
        passed = 0.0 if self._looked_at is None else min(now - self._looked_at, 2 * LOOK)
        self._looked_at = now
        watched = {}
        for lease in found:
            before = self._watched.get(lease.job_id)
            same = before is not None and before.lease == lease
            still = before.still + passed if before is not None and same else 0.0
            watched[lease.job_id] = _Watched(lease, still)
        self._watched = watched
        return [w.lease for w in watched.values() if w.still > STILL and _is_free(w, running)]

    async def _set_right(self) -> None:
        if not await self._store.read(leases.astray, self._clock.now(), limit=1):
            return
        number = SLICE
        while number == SLICE:
            number = await self._store.write(leases.set_right, self._clock.now(), limit=SLICE)
            logger.warning("the clock was set back; jobs wait from now on", jobs=number)


def _is_free(watched: _Watched, running: Collection[str]) -> bool:
    return watched.lease.job_id not in running
