"""Replies that are answered when they are on disk, by 32 clients and by 4, on both engines.

All local checks are on, the learned one with some hundred decisions; texts, authors, addresses
and articles differ. SQLite is set beside Isso, PostgreSQL beside the very same endpoint whose
store answers from memory: see `bench.inside`.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack

from bench import isso
from bench.ground import SMALL, Ground
from bench.load import Unmeasurable
from bench.replies import reply
from bench.rows import Goal, LeftOut, Row
from bench.servers import Ours, Server, ours
from bench.sides import Compared, Side, side_by_side

NAME = "post"
TELLS = "replies taken in, on SQLite and on PostgreSQL"
CLIENTS = (32, 4)
TO_ISSO = {32: Goal(at_least=40), 4: Goal(at_least=10)}
TO_NO_STORE = {32: Goal(at_least=0.35), 4: Goal(at_least=0.1)}


def measure(ground: Ground) -> Iterator[Row | LeftOut]:
    """Each anchor that there is, by either number of clients."""
    plan = ground.plan
    with ExitStack() as stack:

        def run(how: Ours) -> Server:
            return stack.enter_context(ours(how, plan.cores, plan.folder))

        sqlite, nostore = run(Ours(ground.own())), run(Ours(ground.own(), features=("storeless",)))
        try:
            peer = stack.enter_context(ground.isso().serving(SMALL, plan.cores, plan.folder))
        except Unmeasurable as error:
            yield LeftOut(NAME, "comments on SQLite to Isso's", str(error))
        else:
            yield from _to_isso(ground, sqlite, peer)
        yield from _to_no_store(ground, "SQLite", sqlite, nostore, judged=False)
        try:
            postgres = run(Ours(ground.own(engine="postgresql")))
        except Unmeasurable as error:
            yield LeftOut(NAME, "comments on PostgreSQL", str(error))
        else:
            yield from _to_no_store(ground, "PostgreSQL", postgres, nostore, judged=True)


def _to_isso(ground: Ground, service: Server, peer: Server) -> Iterator[Row | LeftOut]:
    for clients in CLIENTS:
        sides = {
            "ours": Side(service, reply(service.base, clients)),
            "anchor": Side(peer, isso.reply(peer.base, clients)),
        }
        what, anchor = f"comment on SQLite, {clients} clients", "Isso at 1k comments, POST /new"
        yield from _rows(ground, sides, what, anchor, TO_ISSO[clients])


def _to_no_store(
    ground: Ground, engine: str, service: Server, nostore: Server, *, judged: bool
) -> Iterator[Row | LeftOut]:
    for clients in CLIENTS:
        sides = {
            "ours": Side(service, reply(service.base, clients)),
            "anchor": Side(nostore, reply(nostore.base, clients)),
        }
        goal = TO_NO_STORE[clients] if judged else Goal()
        what, anchor = f"comment on {engine}, {clients} clients", "same endpoint without a store"
        yield from _rows(ground, sides, what, anchor, goal)


def _rows(
    ground: Ground, sides: Mapping[str, Side], what: str, anchor: str, goal: Goal
) -> Sequence[Row | LeftOut]:
    """One comparison; the others are made even where this cannot be."""
    try:
        found = side_by_side(ground.plan, sides)
    except Unmeasurable as error:
        return [LeftOut(NAME, f"{what}, to {anchor}", str(error))]
    both = Compared(found["ours"], found["anchor"])
    return both.rows(NAME, what, anchor, rate=goal, thrift=Goal())
