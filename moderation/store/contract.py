"""What a store is: reads and writes are generators, one writer a process commits them in groups.

A *query* is a plain generator that yields steps and is sent rows:

    def by_id(comment_id: str) -> Query[Comment | None]:
        rows = yield SELECT_BY_ID, {"id": comment_id}
        return _comment(rows[0]) if rows else None

The same function serves inside a write (``yield from comments.by_id(...)``) and as a read
(``await store.read(comments.by_id, comment_id)``). It cannot await, and may run twice: it
has no effects but its yields.
"""

from collections.abc import Callable, Generator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ParamSpec, Protocol, TypeAlias, TypeVar

from sqlalchemy.sql.base import Executable

Row: TypeAlias = tuple[Any, ...]  # in the order of the statement's columns, values as domain types
Values: TypeAlias = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Changed:
    """A step that says: what readers see of this article is different after this commit.

    The store writes the `change` row in the same commit, evicts after it, and tells the
    other processes. `revision` is the article's new one. `automatic`: only that comments
    were added which no person decided on, so it may be a moment before readers see it;
    other processes are not told so much, to them no change is.
    """

    article_id: str
    revision: int
    automatic: bool = False


@dataclass(frozen=True, slots=True)
class AtLast:
    """A step that is run at the end of the batch, and is sent no rows.

    For what draws a number of the journal: its lock is held from there to the commit, so
    that nobody waits for an article's row who holds it.
    """

    statement: Executable
    values: Values


@dataclass(frozen=True, slots=True)
class Soon:
    """A step that need not run now, and is sent no rows: for rows that are only added or replaced.

    It runs together with others of its kind: at the end of the batch, or before something of
    the batch asks for a table it writes to. Thirty comments are then one statement for all
    their opinions, not thirty. Whatever it refers to must have been written before it.
    """

    statement: Executable
    values: Values | Sequence[Values]


# (statement, values) runs it; (statement, [values, …]) runs it for each and is sent no rows.
Step: TypeAlias = (
    tuple[Executable, Values] | tuple[Executable, Sequence[Values]] | Changed | AtLast | Soon
)

T = TypeVar("T")
P = ParamSpec("P")
Query: TypeAlias = Generator[Step, list[Row], T]
_LOOSE = "__loose__"


def loose(make: Callable[P, Query[T]]) -> Callable[P, Query[T]]:
    """Mark a query whose rows need not all be of one moment: a write looks again at what counts.

    On PostgreSQL a snapshot of several statements costs two more questions.
    """
    make.__dict__[_LOOSE] = True
    return make


def is_loose(make: Callable[..., object]) -> bool:
    return bool(getattr(make, _LOOSE, False))


@dataclass(frozen=True, slots=True)
class Health:
    """What `readyz` and `doctor` ask."""

    engine: str  # "sqlite" | "postgresql"
    version: str
    migration: str
    writable: bool
    queue: int  # writes waiting
    checked_at: datetime


class Store(Protocol):
    """One database, opened."""

    async def read(self, make: Callable[P, Query[T]], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run a query on a reader: one snapshot unless it is `loose`, no changes.

        Raises `Busy` when there is no reader.
        """
        ...

    async def write(self, make: Callable[P, Query[T]], *args: P.args, **kwargs: P.kwargs) -> T:
        """Queue a write, and return its result after the commit that holds it is on disk.

        A `Fault` it raises before its first change comes back as it is and leaves the
        rest of the batch standing. Raises `Busy` when the queue is full, the disk is,
        or the database is locked or away: then nothing was kept. A caller that is
        cancelled stops waiting; its write goes on.
        """
        ...

    def on_change(self, listener: Callable[[Sequence[Changed]], None]) -> None:
        """Call `listener` after each commit, ours or another process's, before answers go out."""
        ...

    async def close(self) -> None:
        """Finish what is queued, then close."""
        ...

    async def health(self) -> Health:
        """What `readyz` asks; raises `Busy` where the store is away."""
        ...
