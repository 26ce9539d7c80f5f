"""When the write-ahead log of a SQLite database is to be brought into the database, and how."""

import logging
import sqlite3
import time
from contextlib import suppress
from pathlib import Path

from moderation.store.sqlite_connection import BUSY_MILLISECONDS, Connection

PAGES = 4_000  # a checkpoint is due at this many: the more, the more of them are the same pages
LARGE = 64 * 1024 * 1024  # bytes of the file, above which it is cut off
_CUT_EVERY = 10.0  # seconds between two tries to cut it off
_HEADER, _FRAME_HEADER = 32, 24  # bytes
logger = logging.getLogger(__name__)


class Checkpoints:
    """Checkpoints after a commit where one is due; called by the writer under the lock."""

    def __init__(self, database: Path, connection: Connection) -> None:
        self._path = database.with_name(database.name + "-wal")
        self._page_size: int = connection.execute("PRAGMA page_size").fetchone()[0]
        self._cut_at = 0.0

    def after_commit(self, connection: Connection) -> None:
        """Never raises: the commit stands whether its pages move now or later."""
        try:
            if not self.is_due():
                return
            _, frames, moved = connection.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()
            # While a slow reader holds the rest, there is no cutting it off.
            if frames == moved and self._path.stat().st_size > LARGE:
                self._cut(connection)
        except (sqlite3.Error, OSError) as error:
            logger.warning("a checkpoint failed: %r", error)

    def is_due(self) -> bool:
        """Tell whether the log holds `PAGES` frames since it was last begun anew.

        SQLite begins it anew in the same file, under new salt (two words of the header,
        repeated in each frame that is valid): so the frame of that number tells. The
        log's own file carries no locks, and may be read beside SQLite.
        """
        try:
            with self._path.open("rb", buffering=0) as log:
                header = log.read(_HEADER)
                log.seek(_HEADER + (PAGES - 1) * (_FRAME_HEADER + self._page_size))
                frame = log.read(_FRAME_HEADER)
        except FileNotFoundError:
            return False
        return len(frame) == _FRAME_HEADER and frame[8:16] == header[16:24]

    def _cut(self, connection: Connection) -> None:
        """Cut the file off. Readers that still look at it are waited for only a moment."""
        if time.monotonic() < self._cut_at:
            return
        self._cut_at = time.monotonic() + _CUT_EVERY
        connection.execute("PRAGMA busy_timeout=100")
        with suppress(sqlite3.OperationalError):
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        connection.execute(f"PRAGMA busy_timeout={BUSY_MILLISECONDS}")
