"""What the database says afterwards, asked without the product, and whether it is what was told."""

import sqlite3
from collections import Counter, defaultdict
from contextlib import closing
from typing import Any

import asyncpg

from .load import LEADS_TO, Ledger

Rows = list[tuple[Any, ...]]


async def rows(store_url: str, statement: str) -> Rows:
    """Ask the database itself."""
    if store_url.startswith("sqlite"):
        path = store_url.removeprefix("sqlite:///")
        with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as connection:
            return connection.execute(statement).fetchall()
    connection = await asyncpg.connect(store_url)
    try:
        return [tuple(row) for row in await connection.fetch(statement)]
    finally:
        await connection.close()


async def assert_kept(store_url: str, ledger: Ledger) -> None:
    """Every acknowledged comment is there once, every acknowledged decision stands."""
    found = await rows(store_url, "SELECT id, text, status, version FROM comment")
    texts = Counter(text for _, text, _, _ in found)
    by_id = {ident: (text, status, version) for ident, text, status, version in found}
    assert [text for text, count in texts.items() if count > 1] == []
    assert [s.text for s in ledger.acknowledged if texts[s.text] != 1] == []
    for sending in ledger.acknowledged:
        if sending.told:
            assert by_id[sending.told["id"]][0] == sending.text
    for ident, state in ledger.decided.items():
        may_be = {(state.status, state.version)}
        if state.asked:
            may_be.add((LEADS_TO[state.asked], state.version + 1))
        assert by_id[ident][1:] in may_be, ident


async def assert_whole(store_url: str) -> None:
    """The database agrees with itself: one line in the log for each transition, counts, jobs."""
    if store_url.startswith("sqlite"):
        assert await rows(store_url, "PRAGMA integrity_check") == [("ok",)]
        assert await rows(store_url, "PRAGMA foreign_key_check") == []
    logged: defaultdict[str, list[int]] = defaultdict(list)
    for ident, version in await rows(store_url, "SELECT comment_id, version FROM log"):
        logged[ident].append(version)
    versions: dict[str, int] = dict(await rows(store_url, "SELECT id, version FROM comment"))
    wrong = {
        ident: (sorted(logged[ident]), version)
        for ident, version in versions.items()
        if sorted(logged[ident]) != list(range(1, version + 1))
    }
    assert wrong == {}
    assert set(logged) <= set(versions)
    counts = await rows(store_url, "SELECT id, count FROM article")
    shown = Counter(
        article
        for (article,) in await rows(
            store_url, "SELECT article_id FROM comment WHERE status = 'approved'"
        )
    )
    assert {ident: count for ident, count in counts if count != shown[ident]} == {}
    await assert_tallied(store_url)
    await assert_learnt(store_url)


async def assert_tallied(store_url: str) -> None:
    """What is kept of how many there are is what a count gives."""
    key = "site, status, COALESCE(waiting_for, ''), kind, type"
    counted = await rows(store_url, f"SELECT {key}, COUNT(*) FROM comment GROUP BY {key}")  # noqa: S608 our own names
    kept = await rows(store_url, f"SELECT {key}, SUM(number) FROM tally GROUP BY {key}")  # noqa: S608 our own names
    assert sorted(row for row in kept if row[-1]) == sorted(counted)


async def assert_learnt(store_url: str) -> None:
    """What people's last word on a comment was is what stands in the journal, and nothing else."""
    words: dict[str, str] = {}
    moves = await rows(
        store_url,
        "SELECT comment_id, from_status, to_status FROM log"
        " WHERE door NOT IN ('machine', 'writer') AND action <> 'undo' ORDER BY version",
    )
    for ident, before, after in moves:
        if after == "spam":
            words[ident] = "spam"
        elif after == "approved" or (before, after) == ("spam", "held"):
            words[ident] = "ham"
    lines = await rows(store_url, "SELECT comment_id, teaching, stands FROM journal")
    standing = [(ident, teaching) for ident, teaching, stands in lines if stands]
    assert len(standing) == len(dict(standing)), "of each comment one lesson stands"
    assert dict(standing) == words
