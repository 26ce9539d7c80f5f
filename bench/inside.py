"""The service with something to measure put inside: ``python -m bench.inside VERB …``.

`BENCH_INSIDE` in the environment names what is put in, with spaces; the words are the service's
own. As a file, ``python bench/inside.py``, it runs the service of whatever checkout is on
`PYTHONPATH`. Nothing of this is in the service itself, nor can a setting bring it about.
"""

import asyncio
import os
import time
from collections.abc import Callable, Mapping
from contextvars import ContextVar
from typing import Any, ParamSpec, TypeVar

from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from bench import profiles
from moderation import cli, house
from moderation.cli.serving import service
from moderation.flow import hear
from moderation.flow.publish import Publish
from moderation.flow.worker import Worker
from moderation.store.contract import Query
from moderation.store.db import DatabaseStore

T = TypeVar("T")
P = ParamSpec("P")
WATCH = "/bench/loop"  # GET says the longest so far, and begins anew
JOURNAL = ".journal."
EVERY = 0.001  # seconds
_replying: ContextVar[bool] = ContextVar("replying", default=False)


class Cold(Publish):
    """Keeps no thread."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{**kwargs, "limit": 0})


class Storeless:
    """A store that answers a reply's questions and writes as it did the first time, at once.

    The endpoint does all of its own work: reads the request, checks, renders, answers. What
    else the service asks goes to the store itself.
    """

    def __init__(self, store: DatabaseStore) -> None:
        self._store = store
        self._known: dict[str, Any] = {}

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    async def read(self, make: Callable[P, Query[T]], *args: P.args, **kwargs: P.kwargs) -> T:
        value: T = await self._answer(self._store.read, make, *args, **kwargs)
        return value

    async def write(self, make: Callable[P, Query[T]], *args: P.args, **kwargs: P.kwargs) -> T:
        value: T = await self._answer(self._store.write, make, *args, **kwargs)
        return value

    async def _answer(self, ask: Any, make: Any, *args: Any, **kwargs: Any) -> Any:
        name = f"{make.__module__}.{make.__qualname__}"
        if _replying.get() and name in self._known:
            return self._known[name]
        found = await ask(make, *args, **kwargs)
        more = found and JOURNAL in name  # it is read on from there
        if _replying.get() and not more:
            self._known[name] = found
        return found


async def do_nothing(self: Worker) -> None:
    """Be done when it is asked to stop."""
    await vars(self)["_stop"].wait()


class Around:
    """An application around the service's own; what the server asks of that it still finds."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    def __getattr__(self, name: str) -> Any:
        return getattr(self._app, name)


class Replying(Around):
    """Marks what is done for a reply."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        _replying.set(scope.get("path") == "/comments")
        await self._app(scope, receive, send)


class Profiled(Around):
    """Profiles the event loop's thread from when it is told to."""

    def __init__(self, app: ASGIApp) -> None:
        super().__init__(app)
        self._profile = profiles.begun_at_last()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope.get("path") == profiles.BEGIN:
            self._profile.enable()
            await Response(None, 204)(scope, receive, send)
        else:
            await self._app(scope, receive, send)


class Watched(Around):
    """Looks a thousand times a second how late it comes to look: what blocks the loop blocks it."""

    def __init__(self, app: ASGIApp) -> None:
        super().__init__(app)
        self._watch: asyncio.Task[None] | None = None
        self._longest = {"seconds": 0.0, "processor": 0.0}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope.get("path") != WATCH:
            await self._app(scope, receive, send)
            return
        if self._watch is None:
            self._watch = asyncio.create_task(self._look())
        told, self._longest = self._longest, dict.fromkeys(self._longest, 0.0)
        await JSONResponse(told)(scope, receive, send)

    async def _look(self) -> None:
        """The loop's thread alone is counted as processor: others may hold it up as well."""
        while True:
            begun, used = time.perf_counter(), time.thread_time()
            await asyncio.sleep(EVERY)
            late = time.perf_counter() - begun - EVERY
            used = time.thread_time() - used
            self._longest["seconds"] = max(self._longest["seconds"], late)
            self._longest["processor"] = max(self._longest["processor"], used)


def cold() -> None:
    """Keep no thread: each is read and written anew."""
    vars(house)["Publish"] = Cold


def storeless() -> None:
    """Have replies taken in without a store."""
    open_store = vars(house)["open_store"]

    async def opened(*args: Any, **kwargs: Any) -> Any:
        return Storeless(await open_store(*args, **kwargs))

    vars(house)["open_store"] = opened
    _around(Replying)


def jobless() -> None:
    """Leave every job lie, however many they become: what arrives is measured by itself."""
    setattr(Worker, "run", do_nothing)  # noqa: B010 a method is not to be assigned
    vars(hear)["ROOM"] = 10**9


def profiled() -> None:
    """Tell where the time goes, when the process ends."""
    _around(Profiled)


def watched() -> None:
    """Tell the longest that the event loop was blocked, at WATCH."""
    _around(Watched)


def _around(wrap: Callable[[ASGIApp], ASGIApp]) -> None:
    make_app = vars(service)["make_app"]
    vars(service)["make_app"] = lambda opened: wrap(make_app(opened))


FEATURES: Mapping[str, Callable[[], None]] = {
    "cold": cold,
    "jobless": jobless,
    "profiled": profiled,
    "storeless": storeless,
    "watched": watched,
}


if __name__ in ("__main__", "__mp_main__"):  # each of several processes comes by here
    for name in os.environ["BENCH_INSIDE"].split():
        FEATURES[name]()
    if __name__ == "__main__":
        cli.main()
