"""Every query is answered from an index: no engine looks through a table, or sorts what it found.

On empty tables an engine would read anything from end to end. PostgreSQL is told to do so only
where there is no other way; SQLite plans without looking at what is there.
"""

import importlib
import json
import pkgutil
import sqlite3
from collections.abc import Iterator, Mapping
from itertools import product
from typing import Any

import asyncpg
import pytest
from sqlalchemy.sql.base import Executable
from sqlalchemy.sql.dml import Insert
from sqlalchemy.sql.elements import TextClause

from moderation import store as room
from moderation.domain.comment import Kind, Status, Type, WaitingFor
from moderation.store import postgres_run, queue, sqlite, walks, waves
from moderation.store.address import SqliteAddress, parse
from moderation.store.compile import Compiled, Compiler, _lists
from moderation.store.contract import Values
from moderation.store.filters import names_of, values_of
from moderation.store.lists import LONGEST
from moderation.store.search_sieve import statements as statements_of
from tests.conftest import FakeClock

NO_LOOK = (Insert, TextClause)  # values that are added; a piece of a statement
# Few rows for ever: people who moderate, their tokens and links, what they set, keys, processes.
SMALL = {"moderator", "token", "link", "signing_key", "written", "owner_setting", "snapshot"}
SMALL |= {"tally"}  # some tens of rows a site
SMALL |= {"host_list"}  # a row for each list that the service knows
# What looks through a whole table all the same, and why that is well.
MAY_SCAN = {
    "changes.EVERY": "after an outage of PostgreSQL's connection: every article may have changed",
    "jobs.STATES": "work that waits is bounded, and counted along an index",
    "tally.COUNTED": "whether what is kept is right: once a night, by a reader",
    "rules.LIVE": "what owners made, read whole when one is changed",
    "rules.HIT_COMMENTS": "a page that owners open: one rule's last hits, along its index",
    "pings.MANY": "the hourly sweep, along an index, by a reader",
    "search_making.USELESS": "a row for some thousand comments; a job asks now and then",
    "vouches.GAP": "what was decided on one place, along its index",
    "journal_views.COUNTS": "a page that owners open now and then; a lesson is a person's deed",
    "journal_views.UNTAUGHT": "asked for once, by `learn rebuild`",
    "journal_views.WITH_TOKEN": "within the last lessons, as many as it is told",
}
HELD: dict[str, Any] = {"status": Status.HELD, "waiting_for": WaitingFor.MODERATOR}
TABS: tuple[dict[str, Any], ...] = (HELD, {"status": Status.SPAM}, {})
SIEVES: tuple[dict[str, Any], ...] = (
    {},
    {"kind": Kind.WEBMENTION},
    {"site": "blog"},
    {"article_id": "a1"},
)


def statements() -> Iterator[tuple[str, Executable]]:
    """Every statement that stands in the store by name; an INSERT of values looks for nothing."""
    for found in pkgutil.iter_modules(room.__path__):
        if found.name in ("migrations", "tables", "state"):
            continue  # `state` asks the engine about itself
        module = importlib.import_module(f"{room.__name__}.{found.name}")
        for name, value in vars(module).items():
            several = value.items() if isinstance(value, dict) else [("", value)]
            for key, statement in several:
                if isinstance(statement, Executable) and not isinstance(statement, NO_LOOK):
                    yield f"{found.name}.{name}{f'[{key}]' if key else ''}", statement
    yield "waves.with_keys", waves.with_keys()  # it is made when it is needed


def pages() -> Iterator[tuple[str, Executable, Values]]:
    """The pages of the queue as dashboard, API and command line ask for them."""
    now = FakeClock().now()
    held = {"status": Status.HELD, "waiting_for": WaitingFor.MODERATOR}
    tabs: tuple[dict[str, Any], ...] = (
        held,
        {"status": Status.HELD},
        {"status": Status.SPAM},
        {},
    )
    sieves: tuple[dict[str, Any], ...] = (
        {},
        {"kind": Kind.WEBMENTION},
        {"kind": Kind.COMMENT},
        {"type": Type.LIKE},
        {"site": "blog"},
        {"sites": frozenset({"blog", "notes"})},
        {"article_id": "a1"},
        {"since": now, "until": now},
        {"client": "192.0.2.1"},
        {"calm_since": now},
        {"heads": True},
    )
    for tab, sieve, order in product(tabs, sieves, queue.ORDERS):
        wanted = queue.Filter(**tab, **sieve)
        if order == "priority" and wanted.article_id:
            continue  # what one article has is put in order
        for walk, values in queue.ways(wanted, order):
            name = f"{' '.join(walk.along)}; {' '.join(walk.sieve)}; {order}"
            values |= {"sites": ["blog", "notes"]}
            for after, end in product((False, True), repeat=2):
                yield f"rows of {name}; {after} {end}", walks._rows(walk, after, end), values
            yield f"stride of {name}", walks._stride(walk, True), values
            yield f"count of {name}", walks._count(walk, True), values
        if wanted.status is not None:
            yield f"among {sieve}", walks.among(names_of(wanted)), values | {"ids": ["a", "b"]}


def searches() -> Iterator[tuple[str, Executable, Values]]:
    """What a search in those lists asks of the comments."""
    values = {
        "s_start": 1, "s_end": 2, "s_at": 1, "s_id": "c1", "s_like": "%x%", "s_rows": 9,
        "s_times": [1, 2], "s_ids": ["c1", "c2"], "s_score": 0.5,
    }  # fmt: skip
    for tab, sieve in product(TABS, SIEVES):
        wanted = queue.Filter(**tab, **sieve)
        given, made = values_of(wanted), statements_of(names_of(wanted))
        asked = {
            "through, newest": made.through[True],
            "through, oldest": made.through[False],
            "at": made.at,
            "within": made.within,
            "named": made.named,
        }
        if tab is HELD:
            asked |= {"by score": made.by_score, "scored": made.scored}
        for name, statement in asked.items():
            told = ", ".join(f"{v}" for v in (tab | sieve).values())
            yield f"search({told or 'all'}; {name})", statement, given | values


def compiled(compiler: Compiler) -> Iterator[tuple[str, Compiled]]:
    for name, statement in statements():
        yield name, compiler.compile(statement, {n: [None] for n in _lists(statement)})
    for name, statement, values in (*pages(), *searches()):
        yield name, compiler.compile(statement, values)


def on_sqlite(path: str) -> dict[str, list[str]]:
    connection = sqlite3.connect(path)
    found = {}
    for name, made in compiled(sqlite.COMPILER):
        if "::" in made.text or "current_setting" in made.text:
            continue  # PostgreSQL's own
        rows = connection.execute(f"EXPLAIN QUERY PLAN {made.text}", [None] * len(made.slots))
        along_key = "ORDER BY" in made.text and "LIMIT" in made.text
        found[name] = _slow_steps([row[3] for row in rows], along_key=along_key)
    connection.close()
    return found


def _slow_steps(steps: list[str], *, along_key: bool) -> list[str]:
    """What SQLite would read from end to end or put in order; a walk along an index is neither.

    Nor is one along the key that ends at a limit. Both may still pass over rows that do not
    fit: what a page is narrowed by is not rare. "anon" is a piece of the statement itself.
    """
    in_order = along_key and not any("TEMP B-TREE" in step for step in steps)
    tables = {step.split()[1] for step in steps if step.startswith(("SCAN ", "SEARCH "))}
    small = {"CONSTANT", *SMALL}

    def is_slow(step: str) -> bool:
        if step.startswith("SCAN "):
            table = step.split()[1]
            walks = in_order or "USING INDEX" in step or "USING COVERING INDEX" in step
            return not walks and table not in small and not table.startswith("anon")
        return "TEMP B-TREE" in step and not tables <= small

    return [step for step in steps if is_slow(step)]


async def on_postgres(url: str) -> dict[str, list[str]]:
    connection = await asyncpg.connect(url)
    for setting in ("enable_seqscan = off", "enable_sort = off", "enable_hashagg = off"):
        await connection.execute(f"SET {setting}")
    await connection.execute("SET plan_cache_mode = force_generic_plan")
    found = {}
    for name, made in compiled(postgres_run.COMPILER):
        if "sqlite_" in made.text:
            continue
        await connection.execute(f"PREPARE asked AS {made.text}")
        nothing = ", ".join(["NULL"] * len(made.slots))
        call = f"EXECUTE asked({nothing})" if made.slots else "EXECUTE asked"
        (row,) = await connection.fetch(f"EXPLAIN (FORMAT JSON) {call}")
        await connection.execute("DEALLOCATE asked")
        (plan,) = json.loads(row[0])
        found[name] = list(_slow(plan["Plan"]))
    await connection.close()
    return found


def _slow(node: Mapping[str, Any]) -> Iterator[str]:
    """The steps of a plan that read all rows of a large table, or put rows in order."""
    kind, table = node["Node Type"], node.get("Relation Name", "")
    if kind == "Seq Scan" and table not in SMALL:
        yield f"{kind} of {table}"
    if kind in ("Sort", "Incremental Sort") and not _is_small(node):
        yield f"{kind} by {node.get('Sort Key')}"
    for below in node.get("Plans", ()):
        yield from _slow(below)


def _is_small(node: Mapping[str, Any]) -> bool:
    tables = {below.get("Relation Name", "") for below in node.get("Plans", ())}
    return bool(tables) and tables <= SMALL


async def test_a_long_list_is_looked_up_as_a_short_one_is(store_url: str) -> None:
    """SQLite weighs a list's length against any other condition, of which it knows nothing."""
    address = parse(store_url)
    if not isinstance(address, SqliteAddress):
        pytest.skip("PostgreSQL knows how many rows a condition lets through")
    connection = sqlite3.connect(str(address.path))

    def steps(statement: Executable, length: int) -> set[str]:
        values = {name: [None] * length for name in _lists(statement)}
        made = sqlite.COMPILER.compile(statement, values)
        rows = connection.execute(f"EXPLAIN QUERY PLAN {made.text}", [None] * len(made.slots))
        return {row[3] for row in rows}

    asked = {name: one for name, one in statements() if _lists(one)}
    assert len(asked) > 20
    led_astray = {n: steps(one, LONGEST) for n, one in asked.items() if "::" not in str(one)}
    assert led_astray == {name: steps(asked[name], 1) for name in led_astray}
    connection.close()


@pytest.mark.parametrize("name", MAY_SCAN)
def test_what_may_look_through_a_table_is_still_there(name: str) -> None:
    assert name in {statement for statement, _ in statements()}


async def test_every_query_is_answered_from_an_index(store_url: str) -> None:
    address = parse(store_url)
    if isinstance(address, SqliteAddress):
        plans = on_sqlite(str(address.path))
    else:
        plans = await on_postgres(store_url)
    assert len(plans) > 150
    slow = {name: steps for name, steps in plans.items() if steps and name not in MAY_SCAN}
    assert slow == {}
