"""How a Core statement becomes the text of one engine, its values in order, and its rows."""

import re
import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import Any, cast
from weakref import WeakKeyDictionary

from sqlalchemy.engine import Dialect
from sqlalchemy.sql import visitors
from sqlalchemy.sql.base import Executable
from sqlalchemy.sql.compiler import ExpandedState, SQLCompiler
from sqlalchemy.sql.ddl import DDLElement
from sqlalchemy.sql.dml import Delete, Insert, UpdateBase
from sqlalchemy.sql.elements import BindParameter, ClauseElement
from sqlalchemy.sql.selectable import ReturnsRows, SelectBase
from sqlalchemy.types import NullType, TypeEngine

from moderation.store.contract import Row, Values
from moderation.store.tables import metadata

Processor = Callable[[Any], Any]
Pick = Callable[[Values], Sequence[Any]]
_REQUIRED = object()
_WORD = re.compile(r"\w+")
_PLAIN = (str, int, float, bytes, type(None))


@dataclass(frozen=True, slots=True)
class Slot:
    """One place in the text that takes a value."""

    key: str  # its name in the values
    position: int | None  # of an IN list: which element
    process: Processor | None
    own: object  # the value that stands in the statement itself, else `_REQUIRED`


@dataclass(frozen=True, slots=True, eq=False)
class Compiled:
    """A statement for one engine; made once, used by any thread."""

    text: str
    tables: frozenset[str]  # all it may read or write, rather one too many
    deletes: bool  # rows, and by that maybe others that refer to them
    changes: bool  # anything but a SELECT: what a read may not do
    returns: bool  # sends rows: a change that sends none has changed nothing
    table: str | None  # the one it adds rows to
    slots: tuple[Slot, ...]
    made: tuple[tuple[int, Processor], ...]  # of those values that are not sent as they are
    pick: Pick  # all values in their order at once; raises KeyError where that cannot be
    processors: tuple[tuple[int, Processor], ...]  # by number of the column
    width: int  # of a row

    def bind(self, values: Values) -> list[Any]:
        """Put values in the order of the text; raises TypeError where one is missing."""
        try:
            bound = list(self.pick(values))
        except KeyError:
            return self._filled_up(values)
        for at, process in self.made:
            bound[at] = process(bound[at])
        return bound

    def _filled_up(self, values: Values) -> list[Any]:
        """As `bind`, with what stands in the statement itself, and lists taken apart."""
        bound = []
        for slot in self.slots:
            value: Any = values.get(slot.key, slot.own)
            if value is _REQUIRED:
                raise TypeError(f"the statement wants a value for “{slot.key}”")
            if slot.position is not None:
                value = value[slot.position]
            bound.append(value if slot.process is None else slot.process(value))
        return bound

    def rows(self, fetched: Sequence[Sequence[Any]]) -> list[Row]:
        """Turn what the driver fetched into domain values, a column at a time."""
        if not fetched or not self.processors:
            return list(map(tuple, fetched))
        if len(fetched[0]) != self.width:
            raise TypeError("a row is not as wide as its statement says")
        columns: list[Iterable[Any]] = list(zip(*fetched, strict=True))
        for number, process in self.processors:
            columns[number] = map(process, columns[number])
        return list(zip(*columns, strict=True))


@dataclass(frozen=True, slots=True)
class _Known:
    """What is remembered of one statement."""

    inserts: bool
    lists: tuple[str, ...]  # the names of its IN lists
    shapes: dict[object, Compiled]

    def shape(self, values: Values) -> object:
        """Say what of these values the text depends on.

        A plain ``insert(table)`` names the columns that are given, and an IN list has
        as many places as the list is long.
        """
        columns = tuple(values) if self.inserts else None
        if not self.lists:
            return columns
        return columns, tuple(len(_elements(values, name)) for name in self.lists)


class Compiler:
    """Compiles for one dialect and remembers, as long as the statement lives."""

    def __init__(self, dialect: Dialect) -> None:
        self._dialect = dialect
        self._known: WeakKeyDictionary[Executable, _Known] = WeakKeyDictionary()
        self._lock = threading.Lock()  # the connections' threads compile too

    def compile(self, statement: Executable, values: Values) -> Compiled:
        """Give the form of a statement for these values; TypeError where there is none."""
        known = self._known.get(statement)
        compiled = known.shapes.get(known.shape(values)) if known is not None else None
        return self._make(statement, values) if compiled is None else compiled

    def _make(self, statement: Executable, values: Values) -> Compiled:
        """Compile, unless another thread was quicker."""
        with self._lock:
            known = self._known.get(statement)
            if known is None:
                inserts = isinstance(statement, Insert)
                known = self._known[statement] = _Known(inserts, _lists(statement), {})
            shape = known.shape(values)
            compiled = known.shapes.get(shape)
            if compiled is None:
                compiled = known.shapes[shape] = self._compile(statement, values)
            return compiled

    def _compile(self, statement: Executable, values: Values) -> Compiled:
        if isinstance(statement, DDLElement) or not isinstance(statement, ClauseElement):
            raise TypeError("a store runs no definitions of tables: migrations do")
        columns = _columns(statement, values)
        made = cast("SQLCompiler", statement.compile(dialect=self._dialect, column_keys=columns))
        binds = {name: bind for bind, name in made.bind_names.items()}
        given = {n: values[b.key] for n, b in binds.items() if b.expanding and b.required}
        state = made.construct_expanded_state(
            {name: None for name, bind in binds.items() if bind.required} | given
        )
        types = _types(statement)
        slots = tuple(self._slots(binds, state))
        given_all = all(slot.position is None and slot.own is _REQUIRED for slot in slots)
        return Compiled(
            text=state.statement,
            tables=_tables(state.statement),
            deletes=any(isinstance(part, Delete) for part in _parts(statement)),
            changes=_changes(statement),
            returns=bool(types),
            table=statement.table.name if isinstance(statement, Insert) else None,
            slots=slots,
            pick=_pick([slot.key for slot in slots] if given_all else None),
            made=tuple((n, slot.process) for n, slot in enumerate(slots) if slot.process),
            processors=tuple(self._results(types)),
            width=len(types),
        )

    def _slots(
        self, binds: Mapping[str, BindParameter[Any]], state: ExpandedState
    ) -> Iterable[Slot]:
        parts: dict[str, tuple[str, int | None]] = {
            part: (name, number)
            for name, expanded in state.parameter_expansion.items()
            for number, part in enumerate(expanded)
        }
        for part in state.positiontup or ():
            name, number = parts.get(part, (part, None))
            bind = binds[name]
            own = _REQUIRED if bind.required else bind.effective_value
            kind = bind.type.dialect_impl(self._dialect)
            process: Processor | None = kind.bind_processor(self._dialect)
            if process is None and isinstance(bind.type, NullType):
                process = _plain(bind.key)
            yield Slot(bind.key, number, process, own)

    def _results(self, types: Sequence[TypeEngine[Any]]) -> Iterable[tuple[int, Processor]]:
        for number, kind in enumerate(types):
            process = kind.dialect_impl(self._dialect).result_processor(self._dialect, None)
            if process is not None:
                yield number, process


def _parts(statement: Executable) -> Iterable[object]:
    return visitors.iterate(statement) if isinstance(statement, ClauseElement) else ()


def _binds(statement: Executable) -> Iterable[BindParameter[Any]]:
    return (part for part in _parts(statement) if isinstance(part, BindParameter))


def _lists(statement: Executable) -> tuple[str, ...]:
    return tuple({bind.key for bind in _binds(statement) if bind.expanding and bind.required})


def _elements(values: Values, name: str) -> Sequence[object]:
    found = values.get(name)
    if not isinstance(found, Sequence) or isinstance(found, str | bytes):
        raise TypeError(f"the statement wants a list for “{name}”")
    return found


def _columns(statement: Executable, values: Values) -> list[str] | None:
    """Name the columns that a plain INSERT is to fill: those given and not placed by hand."""
    if not isinstance(statement, Insert):
        return None
    placed = {bind.key for bind in _binds(statement)}
    return [name for name in values if name in statement.table.c and name not in placed]


def _pick(keys: Sequence[str] | None) -> Pick:
    """Give what takes values out of a mapping; in one call, since every row goes through it."""
    if keys is None:
        return _not_at_once
    return itemgetter(*keys) if len(keys) > 1 else lambda values: [values[key] for key in keys]


def _not_at_once(values: Values) -> Sequence[Any]:
    raise KeyError


def _tables(text: str) -> frozenset[str]:
    """Name the tables of a statement: whatever word of it is one's name."""
    return frozenset(_WORD.findall(text)).intersection(metadata.tables)


def _types(statement: Executable) -> list[TypeEngine[Any]]:
    if not isinstance(statement, ReturnsRows):
        return []
    return [column.type for column in statement.exported_columns]


def _changes(statement: Executable) -> bool:
    return not isinstance(statement, SelectBase) or any(
        isinstance(part, UpdateBase) for part in _parts(statement)
    )


def _plain(key: str) -> Processor:
    """Guard a value whose column nobody named: the driver would store it its own way."""

    def check(value: object) -> object:
        if not isinstance(value, _PLAIN):
            raise TypeError(f"“{key}” is a {type(value).__name__}: its bindparam needs a type_")
        return value

    return check
