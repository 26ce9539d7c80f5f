"""uvicorn as this service runs it: what is switched off, and how it stops with nothing lost."""

import asyncio
from collections.abc import Generator, Sequence
from contextlib import contextmanager, suppress
from typing import Any

import uvicorn
from starlette.types import ASGIApp

from moderation.cli.serving.listening import BACKLOG, turn_away
from moderation.cli.serving.protocol import PatientProtocol, State

KEEP_ALIVE = 5  # seconds an idle connection is kept
FINISH = 18  # seconds for the requests inside when the service stops
SETTLE = 0.1  # seconds for those who stand at the door to come in
MOST_FILES = 65_536


class Server(uvicorn.Server):
    """Leaves signals to us, and the door without slamming it."""

    stays = False  # whether the socket stays open when we part from it: then others accept

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.server_state: State = State()

    @contextmanager
    def capture_signals(self) -> Generator[None, None, None]:
        """Do nothing: uvicorn would end the process before the store is closed."""
        yield

    async def shutdown(self, sockets: Sequence[Any] | None = None) -> None:
        """Stop accepting, answer everybody who is inside, part from the rest.

        A closed socket resets who has connected but was not accepted yet. So first nobody
        may knock any more, and who stands at the door is let in. Where the socket stays,
        they wait at it for another process.
        """
        if not self.stays:
            for socket in sockets or ():
                turn_away(socket)
            await asyncio.sleep(SETTLE)
        self.server_state.leaving = True
        await super().shutdown(list(sockets) if sockets is not None else None)


def make_server(app: ASGIApp, *, protocol: type[PatientProtocol] = PatientProtocol) -> Server:
    """Make a server of an application; `serve(sockets=…)` runs it until `should_exit` is set.

    No access log, since addresses carry tokens. No proxy headers: whose X-Forwarded-For is
    believed is the settings' matter. No lifespan: the house is opened before and closed after.
    """
    _allow_many_files()
    config = uvicorn.Config(
        app,
        http=protocol,
        ws="none",
        lifespan="off",
        log_config=None,
        access_log=False,
        log_level="error",
        server_header=False,
        proxy_headers=False,
        backlog=BACKLOG,
        timeout_keep_alive=KEEP_ALIVE,
        timeout_graceful_shutdown=FINISH,
    )
    return Server(config)


def loop_factory() -> Any:
    """The fastest event loop there is: uvloop where it is installed."""
    return uvicorn.Config("", log_config=None).get_loop_factory()


def _allow_many_files() -> None:
    """Raise the soft limit of open files: a connection is one, and 1,024 is soon reached."""
    try:
        import resource
    except ImportError:
        return
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = MOST_FILES if hard == resource.RLIM_INFINITY else min(hard, MOST_FILES)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        with suppress(ValueError, OSError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
