"""`serve` and `worker`: the processes that run until they are told to stop."""

import os
from typing import TYPE_CHECKING

import click

from moderation.cli.frame import MISUSE, Problem, load_settings, program, settings_option

if TYPE_CHECKING:
    from collections.abc import Sequence

    from moderation.cli.serving.handover import Handover
    from moderation.cli.serving.hands import Hand
    from moderation.cli.serving.listening import Listening
    from moderation.cli.serving.renewal import Renewal
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
    seconds; a second signal ends it at once. SIGHUP has it begin anew with the settings as
    they are then, while somebody answers all the time. Logs go to standard error.
    """
    from moderation.cli.serving.handover import Misfit, take
    from moderation.cli.serving.leading import follow
    from moderation.cli.serving.renewal import not_yet

    more = {HOST: host} if host is not None else {}
    more |= {PORT: str(port)} if port is not None else {}
    more |= {WORKERS: str(workers)} if workers is not None else {}
    not_yet()
    try:
        handover = take(os.environ)
    except Misfit as misfit:
        raise Problem(str(misfit)) from None
    if handover is not None and handover.line >= 0:
        follow(handover, lambda: load_settings(more).settings)
        return
    loaded, listening = listen(more, handover)
    _serve(loaded, listening, handover.elders if handover is not None else ())


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
    from moderation.cli.serving.leading import run
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

    run(inside())


def listen(more: dict[str, str], handover: "Handover | None") -> "tuple[Loaded, Listening]":
    """Read the settings and take the port; where that is not theirs, they learn which it is."""
    from moderation.cli.serving.listening import Listening, NotListening

    loaded = load_settings(more)
    _log(loaded)
    server = loaded.settings.server
    if server.workers > 1 and os.name == "nt":
        click.echo("server.workers must be 1 on Windows.", err=True)
        raise click.exceptions.Exit(MISUSE)
    try:
        if handover is None:
            listening = Listening(server.host, server.port)
        else:
            listening = Listening.adopt(handover.socket, lasts=handover.lasts)
    except NotListening as error:
        raise Problem(str(error)) from None
    if server.port != listening.port:
        loaded = load_settings({**more, PORT: str(listening.port)})
    return loaded, listening


def _serve(
    loaded: "Loaded", listening: "Listening", elders: "Sequence[tuple[int, int]]" = ()
) -> None:
    """Serve in this process, or lead those that do."""
    from moderation.cli.serving import leading
    from moderation.cli.serving.hands import Hand

    settings = loaded.settings

    async def say(house: "House") -> None:
        click.echo(await _greeting(house, loaded, listening))

    async def say_once() -> None:
        from moderation.cli.frame import open_rooms

        async with open_rooms(settings) as house:  # and migrate before others open it
            await say(house)

    async def inside(renewal: "Renewal") -> "Sequence[Hand]":
        before = [Hand.adopt(*elder) for elder in elders]
        if settings.server.workers > 1:
            return await leading.crew(settings, listening, say_once, renewal, before)
        return await leading.alone(settings, listening, say, renewal, before)

    leading.renewed(inside, listening)


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
