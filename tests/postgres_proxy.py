"""A PostgreSQL server's socket seen through a proxy that can cut connections at a chosen moment."""

import asyncio
import os
import shutil
import tempfile
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from enum import Enum
from pathlib import Path
from urllib.parse import urlencode, urlsplit


class Cut(Enum):
    """What becomes of the next COMMIT, and of the connection it came by."""

    BEFORE = "before"  # it never reaches the server
    AFTER = "after"  # the server commits, its answer is lost
    LATE = "late"  # the connection is lost, and the server is given it only afterwards
    SILENT = "silent"  # the connection is lost, and the server is told neither


class Proxy:
    """Passes bytes on both ways, until it is told to cut."""

    def __init__(self, server: Path) -> None:
        self._server = server
        self._folder = Path(tempfile.mkdtemp(prefix="px-", dir="/tmp"))
        self.cut: Cut | None = None
        self.cuts = 0
        self.refuses = False  # new connections
        self._open: set[asyncio.StreamWriter] = set()
        self._late: set[asyncio.Task[None]] = set()
        self._lingering: set[asyncio.StreamWriter] = set()
        self._listening: asyncio.Server | None = None

    async def start(self) -> None:
        path = self._folder / ".s.PGSQL.5432"
        self._listening = await asyncio.start_unix_server(self._serve, path)
        os.chmod(path, 0o777)  # noqa: S103 the folder is closed

    async def close(self) -> None:
        assert self._listening is not None
        self._listening.close()
        self.cut_all()
        await asyncio.gather(*self._late)
        await self._listening.wait_closed()
        shutil.rmtree(self._folder)

    def through(self, url: str) -> str:
        """Give the URL of a database by way of this proxy."""
        return urlsplit(url)._replace(query=urlencode({"host": str(self._folder)})).geturl()

    def cut_all(self) -> None:
        """Cut every connection now."""
        for writer in self._open | self._lingering:
            writer.transport.abort()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self.refuses:
            writer.transport.abort()
            return
        there_reader, there = await asyncio.open_unix_connection(self._server)
        self._open |= {writer, there}

        def pass_on(data: bytes) -> None:
            if b"COMMIT\0" in data and self.cut is not None:
                self._cut(data, writer, there)
            else:
                there.write(data)

        async with asyncio.TaskGroup() as group:
            group.create_task(self._pump(reader, pass_on, there))
            group.create_task(
                self._pump(there_reader, lambda data: self._back(data, writer), writer)
            )
        self._open -= {writer, there}

    async def _pump(
        self,
        reader: asyncio.StreamReader,
        take: Callable[[bytes], None],
        end: asyncio.StreamWriter,
    ) -> None:
        with suppress(OSError):
            while data := await reader.read(65536):
                take(data)
        if end not in self._lingering:
            end.close()

    def _back(self, data: bytes, writer: asyncio.StreamWriter) -> None:
        if not writer.transport.is_closing():
            writer.write(data)

    def _cut(self, data: bytes, client: asyncio.StreamWriter, there: asyncio.StreamWriter) -> None:
        how, self.cut = self.cut, None
        self.cuts += 1
        client.transport.abort()
        if how is Cut.BEFORE:
            there.transport.abort()
        elif how is Cut.AFTER:
            there.write(data)
        elif how is Cut.SILENT:
            self._lingering.add(there)
        else:
            self._lingering.add(there)
            self._late.add(asyncio.create_task(_later(data, there)))


async def _later(data: bytes, there: asyncio.StreamWriter) -> None:
    await asyncio.sleep(0.3)
    with suppress(OSError):
        there.write(data)
        await there.drain()
    there.close()


@asynccontextmanager
async def proxy(server: Path) -> AsyncIterator[Proxy]:
    """Stand before a server's socket."""
    standing = Proxy(server)
    await standing.start()
    yield standing
    await standing.close()
