"""Running errands on PostgreSQL: inside a transaction that writes, and as reads."""

from collections.abc import Callable, Sequence
from typing import Any
from weakref import WeakSet

from sqlalchemy import make_url

from moderation.store.compile import Compiler
from moderation.store.contract import is_loose
from moderation.store.engine import Away, Call, Errand, Found, Run
from moderation.store.kept import Kept
from moderation.store.postgres_connection import end, is_lost

COMPILER = Compiler(make_url("postgresql+asyncpg://").get_dialect()())
STREAM_LOCK = 7_236_814_002  # advisory
STREAMS = frozenset({"change", "journal"})
# Queries of more than one statement, which need a transaction to see one state.
_LONG: WeakSet[Callable[..., Any]] = WeakSet()


def _plain(make: Callable[..., Any]) -> Callable[..., Any]:
    """What a query is known by: a method is another object each time it is asked for."""
    return getattr(make, "__func__", make)


class Transaction:
    """What is run on a connection between BEGIN and COMMIT, or alone.

    Whoever draws a number of a stream holds its lock from the first one to the commit:
    so numbers appear in order of commit, and nobody who asks for what came after the
    last misses one that was drawn earlier and committed later.
    """

    def __init__(self, connection: Any) -> None:
        self._connection = connection
        self._has_lock = False

    async def run(self, run: Run) -> Any:
        """Run a query to its end."""
        fetched: Sequence[Any] = ()
        try:
            while (call := run.next(fetched)) is not None:
                for due in run.due(call):
                    await self.call(due)
                fetched = await self.call(call)
        except BaseException:
            run.abandon()
            raise
        return run.value

    async def call(self, call: Call) -> Sequence[Any]:
        """Run one statement; what it fetched."""
        if call.compiled.table in STREAMS:
            await self._lock_streams()
        if call.many:
            await self._connection.executemany(call.compiled.text, call.arguments)
            return ()
        fetched: Sequence[Any] = await self._connection.fetch(call.compiled.text, *call.arguments)
        return fetched

    async def _lock_streams(self) -> None:
        if not self._has_lock:
            await self._connection.execute(f"SELECT pg_advisory_xact_lock({STREAM_LOCK})")
            self._has_lock = True


class PostgresReader:
    """A connection that cannot write."""

    def __init__(self, kept: Kept) -> None:
        self._kept = kept

    async def read(self, errands: Sequence[Errand]) -> Sequence[Found]:
        return [await self._read(errand) for errand in errands]

    async def _read(self, errand: Errand) -> Found:
        """Run an errand in one snapshot.

        One statement is a snapshot by itself, and most queries have but one: they are
        begun without a transaction, and begun anew in one when there comes a second. What
        need not be of one moment goes without one.
        """
        try:
            make, run = _plain(errand.make), None
            if is_loose(make):
                run = Run(errand.begin, COMPILER, reads_only=True)
                await Transaction(self._kept.raw).run(run)
            elif make not in _LONG:
                run = await self._alone(errand)
            if run is None:
                _LONG.add(make)
                run = await self._together(errand)
        except Exception as error:
            if is_lost(error, self._kept.raw):
                end(self._kept.raw)
                raise Away(f"lost while reading: {error!r}") from error
            return Found(error=error)
        return Found(run.value, run.fault)

    async def _alone(self, errand: Errand) -> Run | None:
        run = Run(errand.begin, COMPILER, reads_only=True)
        call = run.next()
        if call is not None:
            fetched = await self._kept.raw.fetch(call.compiled.text, *call.arguments)
            if run.next(fetched) is not None:
                run.abandon()
                return None
        return run

    async def _together(self, errand: Errand) -> Run:
        raw = self._kept.raw
        run = Run(errand.begin, COMPILER, reads_only=True)
        await raw.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
        try:
            await Transaction(raw).run(run)
        finally:
            await raw.execute("ROLLBACK")
        return run

    async def close(self) -> None:
        await self._kept.close()
