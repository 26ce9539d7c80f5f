"""A start that is killed while it migrates leaves a database that the next start completes."""

import json
import subprocess
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path

from sqlalchemy import func, select

from moderation.store import migrate, tables
from moderation.store.contract import Query
from moderation.store.db import DatabaseStore

OpenStore = Callable[..., Awaitable[DatabaseStore]]
KILLER = Path(__file__).with_name("migration_killer.py")


def authors() -> Query[int]:
    rows = yield select(func.count()).select_from(tables.author), {}
    count: int = rows[0][0]
    return count


async def test_a_start_killed_at_any_statement_is_completed_by_the_next(
    bare_url: str, engine_name: str, open_another: OpenStore
) -> None:
    done = subprocess.run([sys.executable, str(KILLER), bare_url], capture_output=True, text=True)  # noqa: ASYNC221 nothing else runs here
    assert done.returncode == 0, done.stderr
    report = json.loads(done.stdout)
    assert report["version"] == migrate.newest()
    assert report["kills"] > len(tables.metadata.tables), "every statement was to be a death"
    store = await open_another(bare_url, upgrade=False)
    assert await store.check() == []
    if engine_name == "postgresql":  # there the first migration was committed by itself
        assert await store.read(authors) == 1
