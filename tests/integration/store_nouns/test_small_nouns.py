"""Opinions, pings, authors, keys, what happens once, what is forgotten."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from moderation.domain.comment import Client, Kind, Status
from moderation.domain.decision import Action, Actor, Door
from moderation.domain.opinion import Opinion, Verdict
from moderation.domain.ping import Cause, PingState
from moderation.flow import follow
from moderation.flow.prepare import words_hash
from moderation.store import (
    akismet_records,
    authors,
    comment_changes,
    comments,
    keys,
    log,
    once,
    opinions,
    pings,
    retention,
    texts,
)
from moderation.store.akismet_records import AkismetRecord
from moderation.store.db import DatabaseStore
from moderation.store.pings import PingRecord, Receipt
from tests.conftest import FakeClock, OpenStore

from .conftest import Keep


async def test_a_checks_newer_opinion_replaces_its_older(
    store: DatabaseStore, keep: Keep, clock: FakeClock
) -> None:
    await keep("m1")
    old = Opinion("akismet", Verdict.UNKNOWN, "Not yet.")
    new = Opinion("akismet", Verdict.SPAM, "Spam.", 0.8, decisive=False)
    trap = Opinion("trap", Verdict.SPAM, "Filled.", 1.0, decisive=True)
    await store.write(opinions.put, "m1", [old, trap], clock.now())
    await store.write(opinions.put, "m1", [new], clock.now())
    await store.write(opinions.put, "m1", [], clock.now())

    assert await store.read(opinions.of, "m1") == [new, trap]
    assert await store.read(opinions.of_many, ["m1", "m2"]) == {"m1": [new, trap], "m2": []}


async def test_the_same_said_twice_is_one_until_it_is_in_the_trash(
    store: DatabaseStore, keep: Keep
) -> None:
    first = await keep("m1", text="Same.")
    with pytest.raises(AssertionError):
        await keep("m2", text="Same.")
    await store.write(comment_changes.forget_fingerprint, first.id)
    await keep("m2", text="Same.")
    await keep("m3", text="Same.", parent_id="m1")


async def test_a_status_changes_for_who_saw_the_latest(
    store: DatabaseStore, keep: Keep, clock: FakeClock
) -> None:
    await keep("m1")

    async def approve(seen: int) -> int | None:
        return await store.write(
            comment_changes.set_status,
            "m1",
            seen=seen,
            status=Status.APPROVED,
            waiting_for=None,
            status_before=Status.HELD,
            at=clock.now(),
        )

    assert await approve(2) is None
    assert await approve(1) == 2
    assert await approve(1) is None


async def test_answers_to_what_is_deleted_are_lifted_past_what_is_deleted_with_it(
    store: DatabaseStore, keep: Keep
) -> None:
    for ident, parent in (("m1", None), ("m2", "m1"), ("m3", "m2"), ("m4", "m3")):
        await keep(ident, parent_id=parent)
    assert await store.read(comments.has_replies, "m2")
    await store.write(comment_changes.remove, "m2")
    await store.write(comment_changes.remove, "m3")
    left = await store.read(comments.by_ids, ["m1", "m2", "m3", "m4"])

    assert {ident: c.parent_id for ident, c in left.items()} == {"m1": None, "m4": "m1"}
    assert not await store.read(comments.has_replies, "m4")


async def test_a_pair_is_registered_once_and_each_arrival_noted(
    store: DatabaseStore, keep: Keep, clock: FakeClock
) -> None:
    for ident in ("m1", "m2"):
        await keep(ident, kind=Kind.PINGBACK)
    record = PingRecord(
        comment_id="m1",
        article_id="a1",
        source="https://s.example/",
        host="s.example",
        state=PingState.RECEIVED,
        cause=None,
        tries=0,
        asked_at=clock.now(),
        claims={"title": "Ü"},
        trace=[],
    )
    assert await store.write(pings.add, record)
    assert not await store.write(pings.add, replace(record, comment_id="m2"))
    changed = replace(record, state=PingState.DECLINED, cause=Cause.NO_LINK, tries=3)
    await store.write(pings.save, changed)
    assert await store.read(pings.by_pair, "a1", [record.source]) == changed
    assert await store.read(pings.by_comment, "m1") == changed
    assert await store.read(pings.by_comment, "m2") is None

    client = Client("192.0.2.9", "Agent")
    arrived = [
        Receipt(f"r{n}", "m1", kind, "t", client, clock.now() + timedelta(seconds=n))
        for n, kind in enumerate((Kind.PINGBACK, Kind.WEBMENTION))
    ]
    for receipt in reversed(arrived):
        await store.write(pings.add_receipt, receipt)
    assert await store.read(pings.receipts, "m1") == arrived


async def test_an_address_belongs_to_who_confirmed_it_first(
    store: DatabaseStore, open_another: OpenStore, clock: FakeClock
) -> None:
    other = await open_another()
    for ident in ("w1", "w2"):
        await store.write(authors.add, ident, clock.now())
    owners = await asyncio.gather(
        store.write(authors.confirm, "ida@x.example", "w1", clock.now()),
        other.write(authors.confirm, "ida@x.example", "w2", clock.now()),
    )
    assert len(set(owners)) == 1
    assert await store.read(authors.by_address, "ida@x.example") == owners[0]
    await store.write(authors.add_key, "w1", "hash", clock.now())
    assert await store.read(authors.by_key, "hash") == "w1"
    assert await store.read(authors.by_key, "other") is None


async def test_what_is_known_of_an_author(
    store: DatabaseStore, keep: Keep, clock: FakeClock
) -> None:
    await store.write(authors.add, "w1", clock.now())
    comment = await keep("m1", author_id="w1", status=Status.APPROVED)
    await keep("m2", author_id="w1")
    assert await store.read(authors.approved_by, "w1") == 1
    assert await store.read(authors.last_rejection_of, "w1") is None

    for door, seconds in ((Door.MACHINE, 20), (Door.API, 10)):
        at = clock.now() + timedelta(seconds=seconds)
        line = follow.entry(
            comment,
            Action.SPAM,
            Actor("x", door),
            decision_id=str(door),
            at=at,
            to=Status.SPAM,
            version=2,
        )
        await store.write(log.add, line)
    rejected = await store.read(authors.last_rejection_of, "w1")
    assert rejected == clock.now() + timedelta(seconds=10)  # by a person, not by a check


async def test_the_same_text_is_counted_within_a_site_and_a_time(
    store: DatabaseStore, keep: Keep, clock: FakeClock
) -> None:
    await keep("m1", text="Buy it now!")
    await keep("m2", text="buy it NOW!", after=10)
    await keep("m3", text="Buy it now!", article_id="a2", site="other")
    words, now = words_hash("Buy it now!"), clock.now()

    async def same(seconds: int, besides: str) -> int:
        since = now + timedelta(seconds=seconds)
        return await store.read(texts.same_words, "blog", words, since=since, besides=besides)

    assert [await same(0, "m9"), await same(0, "m1"), await same(5, "m9")] == [2, 1, 1]


async def test_an_answer_is_kept_under_its_key_for_a_time(
    store: DatabaseStore, clock: FakeClock
) -> None:
    await store.write(once.keep_answer, "k", "hash", {"id": "m1"}, clock.now())
    assert await store.read(once.answer, "k") == ("hash", {"id": "m1"})
    assert await store.read(once.answer, "x") is None
    assert await store.write(once.first_time, "mail", "job 1", clock.now())
    assert await store.write(once.first_time, "mail", "job 1", clock.now())  # tried again
    assert not await store.write(once.first_time, "mail", "job 2", clock.now())

    later = clock.now() + timedelta(seconds=1)
    assert not await store.write(once.forget, answers_before=later, sent_before=later, limit=100)
    assert await store.read(once.answer, "k") is None
    assert await store.write(once.first_time, "mail", "job 2", clock.now())


async def test_two_processes_that_start_at_once_sign_with_one_key(
    store: DatabaseStore, open_another: OpenStore, clock: FakeClock
) -> None:
    other = await open_another()
    rings = await asyncio.gather(
        store.write(keys.ensure, b"one", clock.now()),
        other.write(keys.ensure, b"two", clock.now()),
    )
    assert rings[0] == rings[1]
    assert len(rings[0]) == 1
    await store.write(keys.add, "k2", b"newer", clock.now() + timedelta(seconds=1))
    assert await store.read(keys.ring) == [*rings[0], b"newer"]


async def test_what_was_sent_to_akismet_is_forgotten_once(
    store: DatabaseStore, keep: Keep, clock: FakeClock
) -> None:
    for number in range(3):
        await keep(f"m{number}", after=number)
        sent = {"user_ip": "192.0.2.9"}
        record = AkismetRecord(f"m{number}", "g", Verdict.HAM, sent, {"a": "b"}, clock.now())
        await store.write(akismet_records.put, record)
    later = clock.now() + timedelta(seconds=1)
    assert await store.write(akismet_records.forget_sent, later, limit=2) == 2
    assert await store.write(akismet_records.forget_sent, later, limit=2) == 1
    assert await store.write(akismet_records.forget_sent, later, limit=2) == 0
    left = await store.read(akismet_records.of, "m0")
    assert left is not None
    assert (left.sent, left.answer) == ({}, {"a": "b"})


async def test_whole_addresses_are_listed_until_they_are_coarse(
    store: DatabaseStore, keep: Keep, clock: FakeClock
) -> None:
    await keep("m1")
    await keep("m2", after=1, client=Client())
    later = clock.now() + timedelta(seconds=9)
    assert await store.read(retention.full_addresses, later, limit=9) == [("m1", "192.0.2.9")]
    assert await store.read(retention.full_addresses, clock.now(), limit=9) == []
    await store.write(retention.set_address, "m1", "192.0.2.0/24")
    assert await store.read(retention.full_addresses, later, limit=9) == []


async def test_what_grew_old_in_its_status(
    store: DatabaseStore, keep: Keep, clock: FakeClock
) -> None:
    await keep("m1", status=Status.TRASH)
    await keep("m2", status=Status.TRASH, after=10)
    await keep("m3", status=Status.SPAM)
    before = clock.now() + timedelta(seconds=5)
    old = await store.read(retention.older, Status.TRASH, before, limit=9)
    assert [c.id for c in old] == ["m1"]


async def test_the_log_outlives_the_comment_without_its_words(
    store: DatabaseStore, keep: Keep, clock: FakeClock
) -> None:
    comment = await keep("m1")
    for number, action in enumerate((Action.RECEIVE, Action.EDIT)):
        line = follow.entry(
            comment,
            action,
            follow.MACHINE,
            decision_id="d1",
            at=clock.now() + timedelta(seconds=number),
            to=Status.HELD,
            version=number + 1,
            before='{"text": "secret"}' if action is Action.EDIT else "",
        )
        await store.write(log.add, line)
    await store.write(log.forget_words, "m1")
    await store.write(comment_changes.remove, "m1")
    story = await store.read(log.of_comment, "m1")

    assert [(e.action, e.before) for e in story] == [(Action.RECEIVE, ""), (Action.EDIT, "")]
    assert await store.write(log.mark_undone, story[0].id, "u1")
    assert not await store.write(log.mark_undone, story[0].id, "u2")
    assert len(await store.read(log.of_decision, "d1")) == 2
