"""The service with something left out, for a benchmark to tell what it costs: store, or jobs.

    python bench/intake_server.py [without-store] [without-jobs] serve --settings …

Without a store each kind of read is answered as it was the first time, and a reply as if it
had been kept; all else goes to the store. Without jobs nothing is fetched or mailed.
"""

import sys
from typing import Any

from moderation.domain.comment import Comment
from moderation.flow import hear, receive
from moderation.flow.receive import Receive
from moderation.flow.worker import Worker
from moderation.store.db import DatabaseStore

WITHOUT = ("without-store", "without-jobs")


def answer_at_once() -> None:
    """Have replies answered by no store."""
    read, write = DatabaseStore.read, DatabaseStore.write
    received: Any = vars(receive)["Received"]
    known: dict[str, Any] = {}

    async def reading(self: DatabaseStore, make: Any, *args: Any, **kwargs: Any) -> Any:
        name = f"{make.__module__}.{make.__qualname__}"
        if name in known:
            return known[name]
        found = await read(self, make, *args, **kwargs)
        if not (found and ".journal." in name):  # there may be more: it is read on
            known[name] = found
        return found

    async def writing(self: DatabaseStore, make: Any, *args: Any, **kwargs: Any) -> Any:
        if make.__qualname__ != Receive._keep.__qualname__:
            return await write(self, make, *args, **kwargs)
        # Another checkout may give more to the write than this one.
        draft = next(d for d in (getattr(arg, "draft", arg) for arg in args) if is_comment(d))
        return received(draft.id, False, draft.html, "", "https://blog.example/", draft.anchor)

    setattr(DatabaseStore, "read", reading)  # noqa: B010 a method is not to be assigned
    setattr(DatabaseStore, "write", writing)  # noqa: B010 a method is not to be assigned


def is_comment(what: object) -> bool:
    return isinstance(what, Comment)


def do_no_jobs() -> None:
    """Leave every job lie, however many they become."""

    async def run(self: Worker) -> None:
        """Do nothing, and be done when it is asked to stop."""
        await self._stop.wait()

    setattr(Worker, "run", run)  # noqa: B010 a method is not to be assigned
    setattr(hear, "ROOM", 10**9)  # noqa: B010 a constant is not to be assigned


def main() -> None:
    without = [word for word in sys.argv[1:] if word in WITHOUT]
    if "without-store" in without:
        answer_at_once()
    if "without-jobs" in without:
        do_no_jobs()
    sys.argv = [sys.argv[0], *(word for word in sys.argv[1:] if word not in WITHOUT)]
    from moderation.cli import main as command

    command()


if __name__ == "__main__":
    main()
