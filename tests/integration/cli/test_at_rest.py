"""What a service that rests carries: nothing of what it was not asked to do."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

# What each was loaded for is named beside it; at rest all of it together was ten megabytes.
NOT_YET = {
    *("aiosmtplib", "email.headerregistry"),  # mail, which is not set up
    *("akismet", "httpx"),  # Akismet, of which there is no key
    *("httpx2", "urllib.request"),  # pages over TLS
    "prometheus_client",  # /metrics
    "argon2",  # signing in
    *("asyncpg", "sqlalchemy.dialects.postgresql"),  # the other engine
    "alembic",  # migrations
    "difflib",  # a fault of the settings
    *("moderation.cli.queue", "moderation.cli.store", "moderation.cli.doctor"),  # other verbs
}
CODE = """
import asyncio, sys
from moderation.app import make_app
from moderation.cli import command
from moderation.cli.serving.service import _open
from moderation.settings import Settings, StoreSettings
command.get_command(None, "serve")

async def stand():
    house = await _open(Settings(store=StoreSettings(sys.argv[1])))
    make_app(house)
    print(*sorted(sys.modules))
    await house.close()

asyncio.run(stand())
"""
HEAPS = """
import ctypes, threading
from moderation.cli.serving import heap
{first}
c = ctypes.CDLL(None)
c.malloc.restype = ctypes.c_void_p
threads = [threading.Thread(target=c.malloc, args=(100_000,)) for _ in range(3)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
heap.give_back()
c.malloc_info(0, ctypes.c_void_p.in_dll(c, "stdout"))
c.fflush(None)
"""


def run(code: str, *arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments], capture_output=True, text=True, check=True
    )
    return done.stdout


def test_a_service_at_rest_has_loaded_what_it_does_and_no_more(
    sqlite_template: Path, tmp_path: Path
) -> None:
    path = tmp_path / "moderation.db"
    shutil.copyfile(sqlite_template, path)
    loaded = set(run(CODE, f"sqlite:///{path}").split())
    assert "moderation.house" in loaded
    assert loaded & NOT_YET == set()


@pytest.mark.skipif(sys.platform != "linux", reason="of glibc")
def test_threads_share_one_heap() -> None:
    assert run(HEAPS.format(first="")).count("<heap nr=") > 1
    assert run(HEAPS.format(first="heap.share()")).count("<heap nr=") == 1
