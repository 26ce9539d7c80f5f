"""The lock file beside a SQLite database: who holds it may write, checkpoint, migrate or close."""

import os
import sys
import threading
import time
from contextlib import suppress
from pathlib import Path
from types import TracebackType

from moderation.store.engine import Away

if sys.platform == "win32":
    import msvcrt

    def _take(descriptor: int) -> bool:
        with suppress(OSError):
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
            return True
        return False

    def _give(descriptor: int) -> None:
        msvcrt.locking(descriptor, msvcrt.LK_UNLCK, 1)

else:
    import fcntl

    def _take(descriptor: int) -> bool:
        with suppress(BlockingIOError):
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return True
        return False

    def _give(descriptor: int) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_UN)


class FileLock:
    """An exclusive lock between processes, for one thread at a time; may be taken again by it.

    It has a file of its own (`<database>-lock`): closing any descriptor of the database
    file would drop SQLite's locks of this process. `patience` is in seconds.
    """

    def __init__(self, database: Path, *, patience: float = 5.0) -> None:
        self.path = database.with_name(database.name + "-lock")
        self._patience = patience
        self._descriptor = os.open(self.path, os.O_RDWR | os.O_CREAT, 0o600)
        self._thread = threading.RLock()
        self._depth = 0

    def __enter__(self) -> None:
        """Wait for it; raises `Away` when that takes longer than `patience`."""
        until = time.monotonic() + self._patience
        if not self._thread.acquire(timeout=self._patience):
            raise Away("the database is locked by this process")
        try:
            if self._depth == 0:
                self._wait(until)
        except BaseException:
            self._thread.release()
            raise
        self._depth += 1

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._depth -= 1
        if self._depth == 0:
            _give(self._descriptor)
        self._thread.release()

    def _wait(self, until: float) -> None:
        pause = 0.0005  # no lock of this kind can be waited for with a limit
        while not _take(self._descriptor):
            if time.monotonic() > until:
                raise Away("another process holds the lock of the database")
            time.sleep(pause)
            pause = min(pause * 2, 0.01)

    def close(self) -> None:
        os.close(self._descriptor)
