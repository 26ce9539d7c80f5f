"""What the errands of a batch put off (`Soon`) until it must run: then together, in order."""

from collections.abc import Sequence
from typing import Any

from moderation.store.compile import Compiled


class Gathering:
    """Rows to be written, by statement; one object for each batch."""

    __slots__ = ("_rows", "_tables")

    def __init__(self) -> None:
        self._rows: dict[Compiled, list[list[Any]]] = {}
        self._tables: frozenset[str] = frozenset()

    def add(self, compiled: Compiled, rows: Sequence[list[Any]]) -> None:
        """Put rows off."""
        known = self._rows.get(compiled)
        if known is None:
            known = self._rows[compiled] = []
            self._tables |= compiled.tables
        known += rows

    def before(self, compiled: Compiled) -> list[tuple[Compiled, list[list[Any]]]]:
        """Take what must be written before a statement runs.

        That is what it may ask for; all of it where rows are deleted, since what refers to
        them goes with them.
        """
        if self._tables.isdisjoint(compiled.tables) and not compiled.deletes:
            return []
        if compiled.deletes:
            return self.rest()
        due = [each for each in self._rows if not each.tables.isdisjoint(compiled.tables)]
        taken = [(each, self._rows.pop(each)) for each in due]
        self._tables = frozenset().union(*(each.tables for each in self._rows))
        return taken

    def rest(self) -> list[tuple[Compiled, list[list[Any]]]]:
        """Take all that is left."""
        taken = list(self._rows.items())
        self._rows, self._tables = {}, frozenset()
        return taken
