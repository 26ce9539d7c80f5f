"""Servers that are measured, each started on the server's core: ours, and the bare one."""

import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path

from bench import bare
from bench.asked import Answer, until_ready
from bench.load import Unmeasurable
from bench.processes import Cores, memory, processor, quiet, started
from tests.process import free_port

SITE = "https://blog.example"
# No limits to rates, no mail, no Akismet, no page is fetched: what is measured is the service.
SETTINGS = """[store]
url = "{store}"
[server]
port = {port}
public_url = "http://127.0.0.1:{port}"
trusted_proxies = ["127.0.0.1"]
workers = {workers}
[sites.blog]
url = "{site}/"
articles = "any"
[sites.notes]
url = "https://notes.example/"
articles = "any"
[moderation]
hold = "{hold}"
[limits]
comments_per_minute = 0
pings_per_minute = 0
{more}
"""
_numbers = count(1)


@dataclass(frozen=True, slots=True)
class Server:
    """A server that answers."""

    base: str
    pids: tuple[int, ...]
    log: Path
    settings: Path | None = None  # of ours alone

    @property
    def processor(self) -> float:
        return processor(self.pids)

    @property
    def memory(self) -> float:
        return memory(self.pids)


@dataclass(frozen=True, slots=True)
class Ours:
    """How the service is run."""

    store: str
    hold: str = "all"  # "none": what is sent is shown at once
    features: tuple[str, ...] = ()  # of bench.inside
    workers: int = 1
    more: str = ""  # of the settings file
    everywhere: bool = False  # on all cores: several processes


@contextmanager
def ours(how: Ours, cores: Cores, folder: Path) -> Iterator[Server]:
    """Run the service until the end of the block; it is ready, and rests."""
    port, name = free_port(), f"ours-{next(_numbers)}"
    settings = folder / f"{name}.toml"
    text = SETTINGS.format(
        store=how.store, port=port, workers=how.workers, site=SITE, hold=how.hold, more=how.more
    )
    settings.write_text(text, "utf-8")
    inside = ["bench.inside", ",".join(how.features)] if how.features else ["moderation"]
    command = [sys.executable, "-m", *inside, "serve", "--settings", str(settings)]
    where = frozenset(os.sched_getaffinity(0)) if how.everywhere else cores.server
    with _answering(command, where, folder / f"{name}.log", port, "/readyz") as server:
        quiet(server.pids)
        yield Server(server.base, server.pids, server.log, settings)


@contextmanager
def bare_of(
    answers: Mapping[str, Answer], cores: Cores, folder: Path, *, plain: bool = False
) -> Iterator[Server]:
    """Run the bare application with these answers until the end of the block."""
    port, name = free_port(), f"bare-{next(_numbers)}"
    file = folder / f"{name}.json"
    bare.write(answers, file)
    command = [sys.executable, "-m", "bench.bare", str(file), str(port)]
    command += ["--plain"] if plain else []
    first = next(iter(answers))
    with _answering(command, cores.server, folder / f"{name}.log", port, first) as server:
        yield server


@contextmanager
def _answering(
    command: list[str], cores: frozenset[int], log: Path, port: int, target: str
) -> Iterator[Server]:
    with started(command, cores, log, environ()) as process:
        base = f"http://127.0.0.1:{port}"
        try:
            until_ready(base, target, lambda: process.poll() is None)
        except Unmeasurable as error:
            last = log.read_text("utf-8", "replace").strip().splitlines()[-1:]
            raise Unmeasurable(f"{error}: {''.join(last)[-200:]}") from None
        yield Server(base, (process.pid,), log)


def environ() -> dict[str, str]:
    """The environment without what would change the service's settings."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("MODERATION_", "AKISMET"))}
    return {k: v for k, v in kept.items() if k != "MODERATION"} | {"PYTHONUNBUFFERED": "1"}
