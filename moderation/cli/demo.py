"""`demo`: a throw-away service with believable threads, to look around in."""

import signal
import sys
from typing import TYPE_CHECKING

import click

from moderation.cli.frame import Problem

if TYPE_CHECKING:
    from pathlib import Path

    from moderation.cli.serving.listening import Listening
    from moderation.house import House
    from moderation.settings import Loaded

WELCOME = """\
A demo blog, filled with {comments} comments and pings of the last five weeks. It is made up, and
thrown away at the end (Ctrl-C).

  the blog        {blog}
  the dashboard   {server}/dashboard
  sign in as      {owner}
  password        {password}

Its articles:
{articles}
"""


@click.command(
    epilog="""\b
Examples:
  moderation demo
  moderation demo --port 8080"""
)
@click.option("--port", type=click.IntRange(0, 65535), default=8000, show_default=True)
def demo(port: int) -> None:
    """Run a throw-away service with believable threads, pings and spam.

    Your settings and your data are not touched, nobody is asked and nothing is sent. Where
    the port is taken any free one is used.
    """
    import tempfile
    from pathlib import Path

    from moderation.cli.serving import leading
    from moderation.domain.ids import new_secret

    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # until it serves: tidy up
    listening = _listen(port)
    password = new_secret()[:20]
    with tempfile.TemporaryDirectory(prefix="moderation-demo-") as folder:
        loaded = _settings(Path(folder), listening.port)
        click.echo("Making five weeks of visitors …", err=True)
        _fill(loaded, password)

        async def greet(house: "House") -> None:
            click.echo(await _welcome(house, password))

        leading.run(leading.alone(loaded.settings, listening, greet))


def _listen(port: int) -> "Listening":
    from moderation.cli.serving.listening import Listening, NotListening

    try:
        return Listening("127.0.0.1", port)
    except NotListening:
        pass
    try:
        return Listening("127.0.0.1", 0)
    except NotListening as error:
        raise Problem(str(error)) from None


def _settings(folder: "Path", port: int) -> "Loaded":
    """The shipped settings, and nothing of the environment: a key there would be used."""
    from moderation.assets import asset
    from moderation.settings import load

    store = f"sqlite:///{folder / 'demo.db'}"
    environ = {"MODERATION__STORE__URL": store, "MODERATION__SERVER__PORT": str(port)}
    return load(asset("settings.toml"), environ)


def _fill(loaded: "Loaded", password: str) -> None:
    import logging

    from moderation import logs
    from moderation.cli.frame import run
    from moderation.cli.sample.filling import fill
    from moderation.domain.clock import SystemClock

    logs.set_up(level=logging.WARNING)
    logging.getLogger("alembic").setLevel(logging.WARNING)
    run(fill(loaded.settings, password, SystemClock().now()))
    logs.set_up()


async def _welcome(house: "House", password: str) -> str:
    from moderation.cli.sample.filling import OWNER
    from moderation.web.demo import ARTICLES

    blog = house.settings.sites[0].url
    counts = await house.publish.counts_of_site(house.settings.sites[0].id)
    lines = [
        f"  {counts.get(blog + a.path, 0):>3} comments  {blog}{a.path}  {a.title}" for a in ARTICLES
    ]
    total = sum(count.number for count in await house.see.counts())
    return WELCOME.format(
        comments=total,
        blog=blog,
        server=house.settings.server.public_url,
        owner=OWNER,
        password=password,
        articles="\n".join(lines),
    )
