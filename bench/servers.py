"""Servers that are measured, each started on the server's core: ours, and the bare one."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import count
from pathlib import Path

from bench import bare, profiles
from bench.asked import Answer, ask, until_ready
from bench.load import Unmeasurable
from bench.processes import Cores, memory, processor, quiet, started
from tests.process import free_port

SITE = "https://blog.example"
# No limits to rates, no mail, no Akismet; no page is fetched, nor looked at again: those of a
# filled store are made up, and what is measured is the service.
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
[pings]
recheck = false
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
    hold: str = "first-time"  # "none": what is sent is shown at once
    features: tuple[str, ...] = ()  # of bench.inside
    workers: int = 1
    everywhere: bool = False  # on all cores but the load's: several processes

    @property
    def inside(self) -> tuple[str, ...]:
        """What is put inside: its features, and the profile where all are profiled."""
        return (*self.features, *(("profiled",) if profiles.PLACE in os.environ else ()))


@contextmanager
def ours(how: Ours, cores: Cores, folder: Path) -> Iterator[Server]:
    """Run the service until the end of the block; it is ready, and rests."""
    port, settings = _settings(how, folder)
    log = settings.with_suffix(".log")
    where = cores.all_but_load if how.everywhere else cores.server
    with started(_serve(how, settings), where, log, environ(*how.inside)) as process:
        server = _answering(process, log, port, "/readyz")
        quiet(server.pids)
        if "profiled" in how.inside:
            ask(server.base, profiles.BEGIN)
        yield replace(server, settings=settings)


def first_answer(how: Ours, target: str, cores: Cores, folder: Path) -> float:
    """Seconds from the start of the service's process to its first good answer."""
    port, settings = _settings(how, folder)
    log = settings.with_suffix(".log")
    with started(_serve(how, settings), cores.server, log, environ(*how.inside)) as process:
        begun = time.perf_counter()
        _answering(process, log, port, target, pause=0.005)
        return time.perf_counter() - begun


def _settings(how: Ours, folder: Path) -> tuple[int, Path]:
    """Write a settings file; its port and its place."""
    port, settings = free_port(), folder / f"ours-{next(_numbers)}.toml"
    text = SETTINGS.format(
        store=how.store, port=port, workers=how.workers, site=SITE, hold=how.hold
    )
    settings.write_text(text, "utf-8")
    return port, settings


def _serve(how: Ours, settings: Path) -> list[str]:
    module = "bench.inside" if how.inside else "moderation"
    return [sys.executable, "-m", module, "serve", "--settings", str(settings)]


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
    log, first = file.with_suffix(".log"), next(iter(answers))
    with started(command, cores.server, log, environ()) as process:
        yield _answering(process, log, port, first)


def _answering(
    process: subprocess.Popen[bytes], log: Path, port: int, target: str, pause: float = 0.05
) -> Server:
    """Wait until a server answers. Raises Unmeasurable with its last word where it never does."""
    base = f"http://127.0.0.1:{port}"
    try:
        until_ready(base, target, lambda: process.poll() is None, pause)
    except Unmeasurable as error:
        last = log.read_text("utf-8", "replace").strip().splitlines()[-1:]
        raise Unmeasurable(f"{error}: {''.join(last)[-200:]}") from None
    return Server(base, (process.pid,), log)


def environ(*features: str) -> dict[str, str]:
    """The environment without what would change the service's settings; what goes inside."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("MODERATION", "AKISMET"))}
    inside = {"BENCH_INSIDE": " ".join(features)} if features else {}
    return {**kept, **inside, "PYTHONUNBUFFERED": "1"}
