"""Which release of SQLite is built in: known without a database."""

import sqlite3

from moderation.store.place import OLDEST

SQLITE = sqlite3.sqlite_version


def is_old() -> bool:
    """Tell whether it is too old for this service."""
    return sqlite3.sqlite_version_info < OLDEST
