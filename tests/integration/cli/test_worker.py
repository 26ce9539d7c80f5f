"""`worker`: jobs done by a process of their own, beside a service that does jobs too."""

import asyncio
import json
import signal
from datetime import timedelta

from moderation.domain.clock import SystemClock
from moderation.domain.comment import Client, Kind
from moderation.domain.ids import new_id
from moderation.domain.submission import Ping
from moderation.house import House, open_house
from moderation.settings import load
from moderation.store import jobs, leases
from tests.integration.cli.service import Desk, until
from tests.sources import SourceServer

BLOG = """
[sites.blog]
url = "https://blog.example/"
articles = "any"
[pings]
allowed_private_hosts = ["{pair}"]
"""


async def rooms(desk: Desk) -> House:
    return await open_house(load(desk.settings, {}).settings, clock=SystemClock())


def waiting(desk: Desk) -> list[str]:
    """What the queue shows of pings, by their source."""
    done = desk.run("queue", "list", "--json")
    return [comment["source"] for comment in json.loads(done.stdout)["comments"]]


async def test_a_worker_verifies_what_waits_and_stops_when_told(desk_on_both: Desk) -> None:
    desk = desk_on_both
    async with SourceServer() as blog:
        source = blog.page("/post", '<a href="https://blog.example/a/">see there</a>')
        desk.write(BLOG.format(pair=blog.pair))
        house = await rooms(desk)
        ping = Ping(Kind.WEBMENTION, source, "https://blog.example/a/", Client("192.0.2.1"))
        await house.hear.ping(ping)
        await house.close()
        await asyncio.to_thread(_work, desk, [source])
        assert [asked.path for asked in blog.requests] == ["/post"]


def _work(desk: Desk, sources: list[str]) -> None:
    with desk.running("worker") as worker:
        worker.says("Doing the jobs of")
        until(lambda: waiting(desk) == sources, "a verified ping")
        worker.process.send_signal(signal.SIGTERM)
        assert worker.wait() == 0


async def test_worker_and_service_share_the_jobs_and_do_each_once(desk: Desk) -> None:
    async with SourceServer() as blog:
        sources = [
            blog.page(f"/{number}", '<a href="https://blog.example/a/">see there</a>')
            for number in range(6)
        ]
        desk.write(BLOG.format(pair=blog.pair))
        house = await rooms(desk)
        for source in sources:
            ping = Ping(Kind.PINGBACK, source, "https://blog.example/a/", Client("192.0.2.1"))
            await house.hear.ping(ping)
        await house.close()
        await asyncio.to_thread(_share, desk, sources)
        assert sorted(asked.path for asked in blog.requests) == [f"/{n}" for n in range(6)]


def _share(desk: Desk, sources: list[str]) -> None:
    with desk.running("serve"), desk.running("worker") as worker:
        worker.says("Doing the jobs of")
        until(lambda: sorted(waiting(desk)) == sorted(sources), "all pings")


async def test_jobs_are_listed_retried_and_dropped(desk: Desk) -> None:
    desk.write()
    house = await rooms(desk)
    now = house.clock.now()
    later = now + timedelta(hours=1)
    ids = [new_id(now) for _ in range(2)]
    for number, ident in enumerate(ids):
        await house.store.write(
            jobs.add, ident, "look", f"{number}", {"article": "x"}, due_at=later, now=now
        )
    await house.store.write(leases.claim, "me", now=later, until=later, limit=1)
    await house.store.write(leases.give_up, ids[0], "me", now=later, error="no\x1b[2Jluck")
    await house.store.write(leases.give_up, ids[1], "me", now=later, error="no\x1b[2Jluck")
    await house.close()
    await asyncio.to_thread(_look_after, desk, ids)


def _look_after(desk: Desk, ids: list[str]) -> None:
    listed = json.loads(desk.run("jobs", "list", "--failed", "--json").stdout)["jobs"]
    (failed,) = [job["id"] for job in listed]
    assert "\x1b" not in desk.run("jobs", "list").stdout
    assert desk.run("jobs", "retry", "--failed").returncode == 0
    assert json.loads(desk.run("jobs", "list", "--failed", "--json").stdout) == {"jobs": []}
    partly = desk.run("jobs", "drop", failed, "nothing")
    assert partly.returncode == 3
    left = json.loads(desk.run("jobs", "list", "--json").stdout)["jobs"]
    assert [job["id"] for job in left] == [ident for ident in ids if ident != failed]
    assert desk.run("jobs", "drop", "nothing").returncode == 1
