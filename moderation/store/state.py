"""What the database says of itself: versions, damage, whether it takes writes."""

from sqlalchemy import Integer, Text, literal_column, select, text
from sqlalchemy.sql.base import Executable

from moderation.store.contract import Query

_VERSIONS = {
    "sqlite": select(literal_column("sqlite_version()", Text)),
    "postgresql": select(literal_column("current_setting('server_version')", Text)),
}
_MIGRATION = select(literal_column("version_num", Text)).select_from(text("alembic_version"))
_WRITABLE: dict[str, Executable] = {
    "sqlite": select(literal_column("1", Integer)),
    "postgresql": select(
        literal_column(
            "CASE WHEN current_setting('transaction_read_only') = 'off' THEN 1 ELSE 0 END"
        )
    ),
}


def versions(engine: str) -> Query[tuple[str, str]]:
    """The engine's own version, and the migration the database is at."""
    version = yield _VERSIONS[engine], {}
    migration = yield _MIGRATION, {}
    return version[0][0], migration[0][0] if migration else ""


def is_writable(engine: str) -> Query[bool]:
    """Tell whether a transaction that writes could begin; run as a write."""
    rows = yield _WRITABLE[engine], {}
    return bool(rows[0][0])


_LOOK = {
    False: select(literal_column("integrity_check", Text)).select_from(
        text("pragma_integrity_check")
    ),
    True: select(literal_column("quick_check", Text)).select_from(text("pragma_quick_check")),
}
_STRAYS: Executable = select(literal_column('"table"', Text), literal_column("rowid")).select_from(
    text("pragma_foreign_key_check")
)


def damage(engine: str, *, quick: bool = False) -> Query[list[str]]:
    """Look through the whole database for damage; seconds for a large one.

    PostgreSQL checks what it reads by itself, and has tools of its own for more.
    """
    if engine != "sqlite":
        return []
    findings = yield _LOOK[quick], {}
    strays = yield _STRAYS, {}
    return [row[0] for row in findings if row[0] != "ok"] + [
        f"{row[0]} {row[1]} names a row that is not there" for row in strays
    ]
