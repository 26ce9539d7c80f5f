"""What the two engines have in common: errands that somebody waits for, and how one is run."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from moderation.domain.errors import Fault
from moderation.store.compile import Compiled, Compiler
from moderation.store.contract import AtLast, Changed, Query, Row, Soon, Step
from moderation.store.gathering import Gathering


class StoreUnusable(Exception):
    """The database cannot be used as it is; `str()` is one line for who runs the service."""


class Away(Exception):
    """The database as a whole did not take a batch: nothing of it was kept."""


class Doubtful(Away):
    """The connection was lost during COMMIT, and there was no finding out what became of it."""


@dataclass(slots=True, eq=False)
class Errand:
    """A query that somebody waits for."""

    make: Callable[..., Query[Any]]
    args: tuple[Any, ...]
    kwargs: Mapping[str, Any]
    answer: asyncio.Future[Any]

    @classmethod
    def of(cls, make: Callable[..., Query[Any]], *args: Any, **kwargs: Any) -> "Errand":
        return cls(make, args, kwargs, asyncio.get_running_loop().create_future())

    def begin(self) -> Query[Any]:
        return self.make(*self.args, **self.kwargs)

    def settle(self, run: "Run") -> None:
        """Tell who waits what came of it, unless they went away."""
        if run.fault is not None:
            self.refuse(run.fault)
        elif not self.answer.done():
            self.answer.set_result(run.value)

    def refuse(self, error: BaseException) -> None:
        """Tell who waits that it failed, unless they went away."""
        if not self.answer.done():
            self.answer.set_exception(error)


@dataclass(frozen=True, slots=True)
class Call:
    """A statement to run now; `many` of it are run for their effect alone."""

    compiled: Compiled
    arguments: list[Any]
    many: bool

    @classmethod
    def of_rows(cls, compiled: Compiled, rows: list[list[Any]]) -> "Call":
        """What was gathered, as one call."""
        return (
            cls(compiled, rows, many=True) if len(rows) > 1 else cls(compiled, rows[0], many=False)
        )


@dataclass(slots=True, eq=False)
class Run:
    """One running of a query: hands out its calls and takes their rows.

    Refusing (raising a `Fault`) before anything was changed ends it well: `fault` is
    set and the transaction is as it was. Whatever else goes wrong is raised.
    """

    begin: Callable[[], Query[Any]]
    compiler: Compiler
    reads_only: bool = False
    gathering: Gathering | None = None  # of the batch it is run in; without one nothing is put off
    changed: bool = False
    changes: list[Changed] = field(default_factory=list)
    at_last: list[Call] = field(default_factory=list)
    value: Any = None
    fault: Fault | None = None
    _query: Query[Any] | None = None
    _call: Call | None = None

    def next(self, fetched: Sequence[Sequence[Any]] = ()) -> Call | None:
        """Go on with what the last call fetched; None when it is finished."""
        try:
            step = self._send(self._rows(fetched))
            while (call := self._prepare(step)) is None:
                step = self._send([])
        except StopIteration as end:
            self.value = end.value
            return None
        except Fault as fault:
            if self.changed:
                raise
            self.fault = fault
            return None
        self._call = call
        return call

    def abandon(self) -> None:
        """Let go of a generator that will not be run to its end."""
        if self._query is not None:
            self._query.close()

    def _send(self, rows: list[Row]) -> Step:
        if self._query is None:
            self._query = self.begin()
            return next(self._query)
        return self._query.send(rows)

    def _rows(self, fetched: Sequence[Sequence[Any]]) -> list[Row]:
        if self._call is None:
            return []
        compiled = self._call.compiled
        if compiled.changes and (fetched or self._call.many or not compiled.returns):
            self.changed = True
        return compiled.rows(fetched)

    def _prepare(self, step: Step) -> Call | None:
        """Make a step ready to run; None where there is nothing to run."""
        if isinstance(step, Changed):
            self._may_change()
            self.changed = True
            self.changes.append(step)
            return None
        if isinstance(step, AtLast):
            self._may_change()
            self.changed = True
            compiled = self.compiler.compile(step.statement, step.values)
            self.at_last.append(Call(compiled, compiled.bind(step.values), many=False))
            return None
        if isinstance(step, Soon):
            if self.gathering is not None:
                self._put_off(step, self.gathering)
                return None
            statement, values = step.statement, step.values
        else:
            statement, values = step
        if type(values) is dict or isinstance(values, Mapping):
            compiled = self.compiler.compile(statement, values)
            call = Call(compiled, compiled.bind(values), many=False)
        elif values:
            compiled = self.compiler.compile(statement, values[0])
            call = Call(compiled, [compiled.bind(each) for each in values], many=True)
        else:
            return None
        if compiled.changes:
            self._may_change()
        return call

    def _put_off(self, step: Soon, gathering: Gathering) -> None:
        self._may_change()
        rows = [step.values] if isinstance(step.values, Mapping) else step.values
        if rows:
            self.changed = True
            compiled = self.compiler.compile(step.statement, rows[0])
            gathering.add(compiled, [compiled.bind(each) for each in rows])

    def due(self, call: Call) -> list[Call]:
        """What was put off and must run before a call."""
        if self.gathering is None:
            return []
        return [Call.of_rows(*each) for each in self.gathering.before(call.compiled)]

    def _may_change(self) -> None:
        if self.reads_only:
            raise TypeError("a read may not change anything: use write")


def last_calls(runs: Sequence[Run], gathering: Gathering) -> list[Call]:
    """What a batch ends with: all that was put off, and then what must come last."""
    gathered = [Call.of_rows(*each) for each in gathering.rest()]
    return gathered + [call for run in runs for call in run.at_last]


@dataclass(frozen=True, slots=True)
class Committed:
    """A batch that is on disk."""

    runs: Sequence[Run]
    changes: Sequence[Changed]  # the last of each article
    numbers: Sequence[int] = ()  # of their rows in `change`


@dataclass(frozen=True, slots=True)
class Found:
    """What came of a read."""

    value: Any = None
    error: Exception | None = None
    cost: float = 0.0  # seconds of this process's processor


class Reader(Protocol):
    """One connection that reads."""

    async def read(self, errands: Sequence[Errand]) -> Sequence[Found]:
        """Run errands, each in a snapshot taken now; raises `Away` where the connection is lost."""
        ...

    async def close(self) -> None:
        """Close the connection."""
        ...


class Engine(Protocol):
    """SQLite or PostgreSQL."""

    name: str
    reads_at_once: int  # errands that a reader is given together

    async def open(self) -> None:
        """Open what writes; raises `StoreUnusable` or what the driver raises."""
        ...

    async def commit(self, errands: Sequence[Errand]) -> Committed:
        """Run a batch in one transaction.

        Raises `Away` where the database took nothing and will not take single ones
        either; anything else when one of the errands spoilt it, with nothing kept.
        """
        ...

    async def reader(self) -> Reader:
        """Open one more connection that reads; raises `Away`."""
        ...

    def is_away(self, error: BaseException) -> bool:
        """Tell whether it was the database (full, locked, lost) and not the statement."""
        ...

    def has_room(self) -> bool:
        """Tell whether its disk, where we can see it, has room for a while."""
        ...

    async def watch(self, announcer: "Announcer", closing: asyncio.Event) -> None:
        """Announce what other processes commit, until `closing` is set; survives losses."""
        ...

    async def close(self) -> None:
        """Close what writes; the readers are closed before."""
        ...


class Announcer(Protocol):
    """Takes what the stream of changes brings."""

    heard: int  # the newest number read from it

    def others(self, found: Sequence[tuple[int, Changed]]) -> None:
        """Announce rows of the stream."""
        ...
