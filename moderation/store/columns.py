"""Our own column types: the same values in and out of both engines, and STRICT tables on SQLite."""

import json
from collections.abc import Callable
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import BigInteger, Boolean, Double, Integer, Text
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator, TypeEngine

from moderation.domain.clock import from_micros, to_micros

REAL = "REAL"
Bind = Callable[[Any], Any]


def _micros(value: datetime | None) -> int | None:
    return None if value is None else to_micros(value)


def _flag(value: object) -> bool | None:
    return None if value is None else bool(value)


def _json(value: object) -> str | None:
    return None if value is None else json.dumps(value, ensure_ascii=False, sort_keys=True)


def _words(value: tuple[StrEnum, ...] | frozenset[StrEnum] | None) -> str | None:
    return None if value is None else " ".join(word.value for word in value)


class Whole(TypeDecorator[int]):
    """A 64-bit whole number."""

    impl = BigInteger
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return Integer() if dialect.name == "sqlite" else BigInteger()


class Instant(TypeDecorator[datetime]):
    """A moment as whole microseconds since 1970 in UTC; refuses naive moments."""

    impl = BigInteger
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return Integer() if dialect.name == "sqlite" else BigInteger()

    def bind_processor(self, dialect: Dialect) -> Bind:
        """Ours alone: what it stands on has nothing to add, and it is run for every value."""
        return _micros

    def process_result_value(self, value: int | None, dialect: Dialect) -> datetime | None:
        return None if value is None else from_micros(value)


class Flag(TypeDecorator[bool]):
    """True or false: BOOLEAN on PostgreSQL, 0 or 1 on SQLite."""

    impl = Boolean
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return Integer() if dialect.name == "sqlite" else Boolean()

    def bind_processor(self, dialect: Dialect) -> Bind:
        return _flag

    def process_result_value(self, value: Any, dialect: Dialect) -> bool | None:
        return None if value is None else bool(value)


class Real(TypeDecorator[float]):
    """A double."""

    impl = Double
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return _SqliteReal() if dialect.name == "sqlite" else Double()

    def result_processor(self, dialect: Dialect, coltype: object) -> None:
        """Both drivers give a float; the dialect would want to know the server's type first."""
        return


class _SqliteReal(Double[float]):
    """A double by the one name that STRICT takes."""

    __visit_name__ = REAL


class JsonText(TypeDecorator[Any]):
    """A JSON value kept as text, so that both engines give back just what was put in."""

    impl = Text
    cache_ok = True

    def bind_processor(self, dialect: Dialect) -> Bind:
        return _json

    def process_result_value(self, value: str | None, dialect: Dialect) -> Any:
        return None if value is None else json.loads(value)


class Word(TypeDecorator[StrEnum]):
    """One word of an enumeration, as text."""

    impl = Text
    cache_ok = True

    def __init__(self, words: type[StrEnum]) -> None:
        super().__init__()
        self.words = words

    def bind_processor(self, dialect: Dialect) -> Bind:
        words = self.words

        def word(value: StrEnum | None) -> str | None:
            if value is None:
                return None
            return value.value if type(value) is words else words(value).value

        return word

    def process_result_value(self, value: str | None, dialect: Dialect) -> StrEnum | None:
        return None if value is None else self.words(value)


class Words(TypeDecorator[tuple[StrEnum, ...]]):
    """Some words of an enumeration in order, as text with blanks between."""

    impl = Text
    cache_ok = True

    def __init__(self, words: type[StrEnum]) -> None:
        super().__init__()
        self.words = words

    def bind_processor(self, dialect: Dialect) -> Bind:
        return _words

    def process_result_value(
        self, value: str | None, dialect: Dialect
    ) -> tuple[StrEnum, ...] | None:
        return None if value is None else tuple(self.words(word) for word in value.split())
