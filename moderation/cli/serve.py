"""`serve` and `worker`: the processes that run until they are told to stop."""

import os
from collections.abc import Coroutine
from typing import TYPE_CHECKING, Any

import click

from moderation.cli.frame import MISUSE, Problem, load_settings, program, settings_option

if TYPE_CHECKING:
    from moderation.cli.serving.listening import Listening
    from moderation.cli.serving.service import Greet
    from moderation.house import House
    from moderation.settings import Loaded

PORT = "MODERATION__SERVER__PORT"
HOST = "MODERATION__SERVER__HOST"
WORKERS = "MODERATION__SERVER__WORKERS"
MOST_WORKERS = 64


@click.command(
    epilog="""\b
Examples:
  moderation serve
  moderation serve --port 8080
  moderation serve --workers 4
  moderation --settings /etc/moderation.toml serve"""
)
@settings_option
@click.option("--host", metavar="ADDRESS", help="Listen there instead of at server.host.")
@click.option("--port", type=click.IntRange(0, 65535), help="Instead of server.port; 0: any free.")
@click.option(
    "--workers",
    type=click.IntRange(1, MOST_WORKERS),
    help="Processes that answer, instead of server.workers.",
)
def serve(host: str | None, port: int | None, workers: int | None) -> None:
    """Run the service: answer, and do the jobs that follow.

    It runs until SIGTERM or SIGINT (Ctrl-C), then finishes what it has begun, within 30
    seconds; a second signal ends it at once. Logs go to standard error.
    """
    more = {HOST: host} if host is not None else {}
    more |= {PORT: str(port)} if port is not None else {}
    more |= {WORKERS: str(workers)} if workers is not None else {}
    loaded, listening = listen(more)
    lead(loaded, listening)


@click.command(
    epilog="""\b
Examples:
  moderation worker
  moderation worker --settings /etc/moderation.toml"""
)
@settings_option
def worker() -> None:
    """Do jobs only: verify pings, send mail, ask Akismet, forget in time.

    `serve` does them by itself; this is for more of it, beside or instead. It stops as
    `serve` does.
    """
    from moderation.cli.serving.service import work
    from moderation.cli.serving.signals import Stop, heeding

    loaded = load_settings()
    _log(loaded)

    async def greet(house: "House") -> None:
        click.echo(f"Doing the jobs of {_place(loaded)}. Stop with Ctrl-C.")

    async def inside() -> None:
        stop = Stop()
        with heeding(stop):
            await work(loaded.settings, stop, greet)

    _run(inside())


def listen(more: dict[str, str]) -> "tuple[Loaded, Listening]":
    """Read the settings and take the port; where any was free, the settings learn which it is."""
    from moderation.cli.serving.listening import Listening, NotListening

    loaded = load_settings(more)
    _log(loaded)
    server = loaded.settings.server
    if server.workers > 1 and os.name == "nt":
        click.echo("server.workers must be 1 on Windows.", err=True)
        raise click.exceptions.Exit(MISUSE)
    try:
        listening = Listening(server.host, server.port)
    except NotListening as error:
        raise Problem(str(error)) from None
    if server.port == 0:
        loaded = load_settings({**more, PORT: str(listening.port)})
    return loaded, listening


def lead(loaded: "Loaded", listening: "Listening", greet: "Greet | None" = None) -> None:
    """Serve in this process, or lead those that do."""
    from moderation.cli.serving.service import serve as answer
    from moderation.cli.serving.signals import Stop, heeding

    settings = loaded.settings

    async def say(house: "House") -> None:
        click.echo(await _greeting(house, loaded, listening))

    async def inside() -> None:
        stop = Stop()
        with heeding(stop):
            await answer(settings, listening, stop, greet or say)

    if settings.server.workers > 1:
        _run(_lead(loaded, listening))
    else:
        _run(inside())


async def _lead(loaded: "Loaded", listening: "Listening") -> None:
    """Migrate and greet once, then have others serve."""
    from moderation.cli.frame import open_rooms
    from moderation.cli.serving.crew import Crew
    from moderation.cli.serving.signals import Stop, heeding, leave_now

    settings = loaded.settings
    async with open_rooms(settings) as house:
        text = await _greeting(house, loaded, listening)
    crew = Crew(settings, listening, settings.server.workers)

    def hurry() -> None:
        crew.kill()
        leave_now()

    stop = Stop(hurry)
    with heeding(stop):
        click.echo(text)
        await crew.lead(stop)


async def _greeting(house: "House", loaded: "Loaded", listening: "Listening") -> str:
    from importlib.metadata import version

    from moderation.cli.serving.greeting import greeting

    host = f"[{listening.host}]" if ":" in listening.host else listening.host
    return await greeting(
        house,
        loaded,
        listens=f"http://{host}:{listening.port}",
        program=program(),
        version=version("moderation"),
    )


def _place(loaded: "Loaded") -> str:
    from moderation.cli.serving.greeting import place

    return place(loaded.settings)


def _log(loaded: "Loaded") -> None:

    from moderation import logs
    from moderation.settings import secrets_of

    logs.set_up(secrets=secrets_of(loaded.settings))


def _run(work: Coroutine[Any, Any, None]) -> None:
    """Run until it ends by itself; what kept it from starting is told in one line."""
    import asyncio

    from moderation.cli.serving.server import loop_factory
    from moderation.cli.serving.service import Unguarded
    from moderation.domain.errors import Fault
    from moderation.store.engine import Away, StoreUnusable

    try:
        with asyncio.Runner(loop_factory=loop_factory()) as runner:
            runner.run(work)
    except (Away, Fault, StoreUnusable, Unguarded) as error:
        raise Problem(str(error)) from None
