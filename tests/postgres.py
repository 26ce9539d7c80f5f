"""A private PostgreSQL server for the tests, or the one that the environment names."""

import asyncio
import os
import secrets
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import asyncpg
import pytest

# No port at all; and nothing here outlives the machine anyway.
SERVER_OPTIONS = (
    "listen_addresses=",
    "fsync=off",
    "full_page_writes=off",
    "autovacuum=off",
    "shared_buffers=32MB",
    "max_connections=100",
)
ON_DISK = "/tmp"  # noqa: S108 mkdtemp makes a folder of our own in it
REQUIRED = os.environ.get("MODERATION_TEST_REQUIRE", "").replace(",", " ").split()


@dataclass
class Cluster:
    """A PostgreSQL server: ours in a temporary folder, or one that the environment names."""

    url: str  # of a database from which others can be made
    control: list[str] | None = None  # the pg_ctl call of our own, less its verb
    user: str | None = None

    def make(self, template: str = "template1") -> str:
        """Make a database and return its URL."""
        name = f"moderation_test_{secrets.token_hex(6)}"
        asyncio.run(self._run(f'CREATE DATABASE {name} TEMPLATE "{template}"'))
        return urlsplit(self.url)._replace(path=f"/{name}").geturl()

    def drop(self, url: str) -> None:
        asyncio.run(self._run(f'DROP DATABASE "{urlsplit(url).path[1:]}" WITH (FORCE)'))

    @property
    def socket(self) -> Path:
        """Its Unix socket."""
        return Path(parse_qs(urlsplit(self.url).query)["host"][0]) / ".s.PGSQL.5432"

    def restart(self) -> None:
        """Stop the server at once, as a crash would, and start it again."""
        if self.control is None:
            pytest.skip("MODERATION_TEST_DATABASE_URL names a server that is not ours to restart")
        _call([*self.control, "restart", "--mode=immediate", "--wait"], self.user)

    async def _run(self, statement: str) -> None:
        connection = await asyncpg.connect(self.url)
        try:
            await connection.execute(statement)
        finally:
            await connection.close()


def _call(command: list[str], user: str | None) -> None:
    subprocess.run(command, user=user, cwd="/", check=True, stdout=subprocess.DEVNULL)


def _tool(name: str) -> str | None:
    """Find a tool of PostgreSQL; Debian keeps them in a folder for each version."""
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    return next(
        (found for folder in folders if (found := shutil.which(name, path=str(folder)))),
        shutil.which(name),
    )


def _in_memory() -> str:
    """Choose a folder with a short path, which the address of a socket needs."""
    memory = Path("/dev/shm")  # noqa: S108 mkdtemp makes a folder of our own in it
    roomy = memory.is_dir() and shutil.disk_usage(memory).free > 2 * 1024**3
    return str(memory) if roomy and os.access(memory, os.W_OK) else ON_DISK


@contextmanager
def start(*, durable: bool = False) -> Iterator[Cluster]:
    """Start a private server without a port, in a folder that goes away.

    `durable` puts it on disk and lets it wait for the disk, to measure it.
    """
    if url := os.environ.get("MODERATION_TEST_DATABASE_URL"):
        yield Cluster(url)
        return
    initdb, control = _tool("initdb"), _tool("pg_ctl")
    if initdb is None or control is None:
        if "postgres" in REQUIRED:
            pytest.fail("PostgreSQL is required here, and there is no initdb")
        pytest.skip("no PostgreSQL: neither MODERATION_TEST_DATABASE_URL nor an initdb")
    user = "postgres" if os.geteuid() == 0 else None  # it refuses to run as root
    folder = Path(tempfile.mkdtemp(prefix="pg-", dir=ON_DISK if durable else _in_memory()))
    try:
        if user is not None:
            shutil.chown(folder, user)
        data = folder / "data"
        owner = ["--username=moderation", "--auth=trust"]
        _call([initdb, "--no-sync", "--encoding=UTF8", *owner, f"--pgdata={data}"], user)
        chosen = SERVER_OPTIONS[:1] if durable else SERVER_OPTIONS
        options = f"-k {folder} " + " ".join(f"-c {option}" for option in chosen)
        command = [control, f"--pgdata={data}", f"--options={options}", f"--log={folder}/log"]
        _call([*command, "start", "--wait"], user)
        try:
            yield Cluster(f"postgresql://moderation@/postgres?host={folder}", command, user)
        finally:
            _call([control, f"--pgdata={data}", "stop", "--mode=immediate", "--wait"], user)
    finally:
        shutil.rmtree(folder)
