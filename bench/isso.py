"""Isso, another comment server, as the peer that figures are set beside.

It is installed from the package index into an environment of its own, and run as its manual shows:
under gunicorn with two processes and `--preload`. Its guard (rate limits), moderation and mail are
off, as they are in ours. Its database is made by itself and filled with the same comments as ours.
"""

import json
import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

from bench.asked import until_ready
from bench.load import Load, Unmeasurable
from bench.processes import Cores, started
from bench.replies import ANY, TEXT, texts
from bench.seed_rows import Seed
from bench.servers import Server, environ
from tests.process import free_port

WANTED = ("isso==0.14.0", "gunicorn>=23")
PROCESSES = 2
INSTALLING = 600  # seconds
VOTERS = bytes(256)  # its empty Bloom filter of who has voted
SETTINGS = """[general]
dbpath = {database}
host = http://127.0.0.1:{port}/
[guard]
enabled = false
[moderation]
enabled = false
"""
ADD_THREAD = "INSERT INTO threads (id, uri, title) VALUES (?, ?, ?)"
ADD_COMMENT = (
    "INSERT INTO comments"
    " (tid, id, parent, created, mode, remote_addr, text, author, email, voters)"
    " VALUES (?, ?, ?, ?, 1, ?, ?, ?, ?, ?)"
)


@dataclass(frozen=True, slots=True)
class Isso:
    """An installed one."""

    folder: Path  # its environment

    @property
    def is_there(self) -> bool:
        return (self.folder / "installed").exists()

    @classmethod
    def found(cls, folder: Path, *, install: bool) -> "Isso":
        """The one that is installed in `folder`. Raises Unmeasurable where there is none."""
        isso = cls(folder)
        if not isso.is_there:
            if not install:
                raise Unmeasurable("Isso is not installed; --with-isso does that")
            isso._install()
        return isso

    def _install(self) -> None:
        pip = [str(self.folder / "bin" / "python"), "-m", "pip", "install", "--quiet", *WANTED]
        try:
            for command in ([sys.executable, "-m", "venv", "--clear", str(self.folder)], pip):
                subprocess.run(  # noqa: S603 our own words
                    command, check=True, capture_output=True, timeout=INSTALLING
                )
        except (OSError, subprocess.SubprocessError) as error:
            raise Unmeasurable(f"Isso cannot be installed: {type(error).__name__}") from None
        (self.folder / "installed").touch()

    @contextmanager
    def serving(self, comments: int, cores: Cores, folder: Path) -> Iterator[Server]:
        """Run it on a new database with so many comments, until the end of the block."""
        port, database = free_port(), folder / f"isso-{comments}.db"
        settings = folder / f"isso-{port}.cfg"
        settings.write_text(SETTINGS.format(database=database, port=port), "utf-8")
        environment = environ() | {"ISSO_SETTINGS": str(settings)}
        if not database.exists():
            self._make(environment, database, folder)
            fill(database, comments)
        command = [str(self.folder / "bin" / "gunicorn"), "-w", str(PROCESSES), "--preload"]
        command += ["-b", f"127.0.0.1:{port}", "isso.run"]
        log = folder / f"isso-{port}.log"
        with started(command, cores.server, log, environment) as process:
            base = f"http://127.0.0.1:{port}"
            until_ready(base, thread("thread-1"), lambda: process.poll() is None)
            yield Server(base, (process.pid,), log)

    def _make(self, environment: Mapping[str, str], database: Path, folder: Path) -> None:
        """Have it make its tables."""
        program = [str(self.folder / "bin" / "python"), "-c", "import isso.run"]
        done = subprocess.run(  # noqa: S603 our own words
            program, env=dict(environment), cwd=folder, capture_output=True, timeout=60, check=False
        )
        if done.returncode or not database.exists():
            raise Unmeasurable("Isso did not make its database")


def fill(database: Path, comments: int) -> None:
    """Put in what a store of ours with so many comments shows to readers."""
    seeded: dict[str, list[Mapping[str, Any]]] = {"article": [], "comment": []}
    for table, row in Seed(comments, datetime.now(UTC)).rows():
        if table in seeded and row.get("status", "approved") == "approved":
            seeded[table].append(row)
    with closing(sqlite3.connect(database)) as connection, connection:
        connection.executemany(ADD_THREAD, _threads(seeded["article"]))
        connection.executemany(ADD_COMMENT, _comments(seeded["article"], seeded["comment"]))


def _threads(articles: Sequence[Mapping[str, Any]]) -> Iterator[tuple[Any, ...]]:
    for number, article in enumerate(articles, 1):
        yield number, urlsplit(article["url"]).path, article["title"]


def _comments(
    articles: Sequence[Mapping[str, Any]], comments: Sequence[Mapping[str, Any]]
) -> Iterator[tuple[Any, ...]]:
    """Its replies have one level: what answers a reply answers that one's parent."""
    of_article = {article["id"]: number for number, article in enumerate(articles, 1)}
    numbers: dict[str, int] = {}
    root: dict[str, str | None] = {}
    for number, row in enumerate(comments, 1):
        parent = row["parent_id"]
        root[row["id"]] = parent = (root.get(parent) or parent) if parent else None
        numbers[row["id"]] = number
        yield (
            of_article[row["article_id"]],
            number,
            numbers.get(parent) if parent else None,
            row["received_at"] / 1e6,
            row["address"],
            row["text"],
            row["author_name"],
            row["author_email"],
            VOTERS,
        )


def thread(name: str) -> str:
    """The target of a thread as JSON, all of it."""
    return f"/?uri={quote(f'/{name}', safe='')}"


def reply(base: str, connections: int) -> Load:
    """The same replies as ours are sent; the title spares it fetching the page for one."""
    who = {"author": "Reader {who}", "email": "reader{who}@example.org"}
    body = json.dumps({**who, "text": TEXT, "parent": None, "title": "An article"})
    url = f"{base}/new?uri={quote('/', safe='')}{ANY}"
    headers = {"Content-Type": "application/json"}
    return Load(url, "POST", headers, body, (), texts(), connections=connections)


def folder_of(environment: Mapping[str, str] = os.environ) -> Path:
    """Where it is installed: the user's cache, so that a checkout stays as it is."""
    cache = environment.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
    return Path(cache) / "moderation-bench" / "isso"
