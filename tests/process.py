"""The service as its owner runs it: a process of its own, on a free port, killed and begun again.

``async with running(folder, store_url, settings) as service:`` starts ``moderation serve`` and
waits until it is ready; `service.kill()`, `service.start()` and `service.command("user", …)` do
what their names say. All that it logs is kept: see `complaints`.
"""

import asyncio
import json
import os
import random
import signal
import socket
import subprocess
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, TypeVar

import moderation
from tests import wire

START_SECONDS = 60.0
STOP_SECONDS = 30.0  # what the service promises
ROOT = Path(moderation.__file__).parent.parent
# Below the ports that the system hands out to those who connect: a client that tries while the
# service is down could be given the service's own port, and connect to itself.
PORTS = range(15000, 30000)

T = TypeVar("T")


def free_port() -> int:
    """Find a port that nobody uses."""
    while True:
        port = random.choice(PORTS)  # noqa: S311 no secret
        with socket.socket() as trying:
            trying.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                trying.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port


async def until(
    condition: Callable[[], Awaitable[T | None]], *, within: float = 60.0, what: str = "it"
) -> T:
    """Wait until `condition` gives something, and return that."""
    try:
        async with asyncio.timeout(within):
            while not (found := await condition()):  # noqa: ASYNC110 another process's matter
                await asyncio.sleep(0.02)
    except TimeoutError:
        raise AssertionError(f"{what} did not come about within {within:.0f} s") from None
    return found


class Service:
    """``moderation serve`` with a settings file of its own; always at the same port."""

    def __init__(
        self,
        folder: Path,
        store_url: str,
        settings: str = "",
        *,
        environ: Mapping[str, str] | None = None,
    ) -> None:
        self.port = free_port()
        self.store_url = store_url
        self.settings = folder / "settings.toml"
        self.settings.write_text(f'[store]\nurl = "{store_url}"\n{settings}', "utf-8")
        self.process: subprocess.Popen[bytes] | None = None
        self._log = folder / "service.log"
        self._environ = {
            **{k: v for k, v in os.environ.items() if not k.startswith(("MODERATION", "AKISMET"))},
            "PYTHONUNBUFFERED": "1",
            **(environ or {}),
        }

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    async def start(self, *, wait: bool = True) -> None:
        """Start it at its port; with `wait` it is ready afterwards."""
        command = ["serve", "--settings", str(self.settings), "--port", str(self.port)]
        self.begin([sys.executable, "-m", "moderation", *command])
        if wait:
            await self.until_ready()

    def begin(self, command: Sequence[str], *inherited: socket.socket) -> None:
        """Start it by a command, with these sockets."""
        with self._log.open("ab") as log:
            self.process = subprocess.Popen(
                command,
                cwd=ROOT,
                env=self._environ,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                pass_fds=[each.fileno() for each in inherited],
            )

    async def until_ready(self) -> None:
        """Wait until it says that it can work. Raises AssertionError where it has ended."""
        await until(self.is_ready, within=START_SECONDS, what="readiness")

    async def is_ready(self) -> bool:
        assert self.process is not None
        if self.process.poll() is not None:
            raise AssertionError(f"it has ended: {self.tail()}")
        try:
            return (await wire.get(self.port, "/readyz")).status == 200
        except (OSError, wire.Broken):
            return False

    @property
    def runs(self) -> bool:
        return self.process is not None and self.process.poll() is None

    async def kill(self) -> None:
        """End it as a power cut would."""
        if self.process is not None:
            self.process.kill()
            await asyncio.to_thread(self.process.wait)

    async def stop(self) -> int:
        """Ask it to leave, and return its exit code. Raises AssertionError after 30 seconds."""
        assert self.process is not None
        self.process.send_signal(signal.SIGTERM)
        try:
            return await asyncio.to_thread(self.process.wait, STOP_SECONDS)
        except subprocess.TimeoutExpired:
            await self.kill()
            raise AssertionError(f"it did not leave in time: {self.tail()}") from None

    async def command(
        self, *words: str, given: str = "", codes: Collection[int] = frozenset({0})
    ) -> str:
        """Run another verb as a process of its own, and return what it printed."""
        done = await asyncio.to_thread(
            subprocess.run,
            [sys.executable, "-m", "moderation", "--settings", str(self.settings), *words],
            cwd=ROOT,
            env=self._environ,
            input=given,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode in codes, f"{words[:2]}: {done.stderr}"
        return done.stdout

    def log(self) -> list[dict[str, Any]]:
        """All that it logged in all its lives; a line that is no JSON stands under ``line``."""
        return [_parsed(line) for line in self._log.read_text("utf-8").splitlines() if line]

    def complaints(self) -> list[dict[str, Any]]:
        """What it logged that nobody foresaw: errors, tracebacks, tasks that died unheard."""
        return [line for line in self.log() if _is_complaint(line)]

    def tail(self) -> str:
        return self._log.read_text("utf-8")[-3000:]


def _parsed(line: str) -> dict[str, Any]:
    try:
        found = json.loads(line)
    except ValueError:
        found = None
    return found if isinstance(found, dict) else {"line": line}


def _is_complaint(line: Mapping[str, Any]) -> bool:
    if "line" in line:
        return "Traceback" in line["line"] or "Error" in line["line"]
    return "exception" in line or line.get("level") in ("error", "critical")


@asynccontextmanager
async def running(
    folder: Path, store_url: str, settings: str = "", *, environ: Mapping[str, str] | None = None
) -> AsyncIterator[Service]:
    """Run a service until the end of the block; however that ends, the process is gone."""
    service = Service(folder, store_url, settings, environ=environ)
    try:
        await service.start()
        yield service
    finally:
        await service.kill()
