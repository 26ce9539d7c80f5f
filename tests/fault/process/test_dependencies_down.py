"""Akismet, the mail server and the sources out of order: nothing is refused, nothing is lost."""

import asyncio
import shutil
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from tests import wire
from tests.integration.akismet.server import KEY, AkismetServer, Reply
from tests.integration.mail.smtp_server import DROP, HANG, SmtpServer
from tests.owner import Owner, make_owner
from tests.process import Service, running, until
from tests.sources import SourceServer

from .evidence import rows

ARTICLE = "https://blog.example/2026/alone/"
# Four kinds of work ask for themselves again and again.
LEFT = "SELECT id, kind FROM job WHERE kind NOT IN ('sweep', 'account', 'recheck', 'index')"
SETTINGS = """
[sites.blog]
url = "https://blog.example/"
articles = "any"
[limits]
comments_per_minute = 0
pings_per_minute = 0
[pings]
allowed_private_hosts = ["{pair}"]
[akismet]
key = "{key}"
url = "{akismet}"
timeout_seconds = 0.5
[mail]
url = "{mail}"
from = "comments@blog.example"
"""
PAGE = f'<html><title>T</title><p>I read <a href="{ARTICLE}">this</a> today.</p></html>'
FAILURES = (
    Reply(hang=True),
    Reply("<html>backend fetch failed</html>", status=503),
    Reply("maybe"),
    Reply(raw=b"\x00\xff\x00"),
    Reply(raw=b"HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\ntrue"),
    Reply(drip=True),
    Reply(hang=True),
    Reply(""),
)
COMMENTS = len(FAILURES)


@pytest.fixture
async def akismet() -> AsyncIterator[AkismetServer]:
    async with AkismetServer() as server:
        yield server


@pytest.fixture
def smtp() -> Iterator[SmtpServer]:
    with SmtpServer() as server:
        yield server


@pytest.fixture
async def sources() -> AsyncIterator[SourceServer]:
    async with SourceServer() as server:
        yield server


async def say_all(service: Service) -> None:
    """Leave comments at once; every one of them is taken and held."""
    answers = await asyncio.gather(
        *(
            wire.post_json(
                service.port,
                "/comments",
                {
                    "article": ARTICLE,
                    "author": {"name": f"Mei {number}", "email": f"mei{number}@readers.example"},
                    "text": f"Remark {number} in a bad hour.",
                },
            )
            for number in range(COMMENTS)
        )
    )
    assert {(a.status, a.json()["status"]) for a in answers} == {(201, "held")}


async def ping(service: Service, source: str) -> None:
    fields = {"source": source, "target": ARTICLE}
    assert (await wire.post_form(service.port, "/webmention", fields)).status == 201


async def settle(service: Service) -> None:
    """Have every job done now, and wait until none is left but those that go on.

    A source is left to its own time: what came of a fetch is remembered for a minute, so that
    asking sooner would use up a try.
    """

    async def done() -> bool:
        left = await rows(service.store_url, LEFT)
        now = [ident for ident, kind in left if kind != "verify"]
        if now:  # what is just running cannot be asked: codes 1 and 3
            await service.command("jobs", "retry", *now, codes={0, 1, 3})
        return not left and not await rows(service.store_url, LEFT)

    await until(done, within=180, what="an empty list of jobs")


async def test_nothing_is_refused_or_lost_while_everybody_else_is_down(
    sqlite_template: Path,
    tmp_path: Path,
    akismet: AkismetServer,
    smtp: SmtpServer,
    sources: SourceServer,
) -> None:
    akismet.script("comment-check", *FAILURES)
    smtp.answer("MAIL", HANG)
    smtp.answer("MAIL", "451 4.3.0 Later", times=3)
    smtp.answer("EHLO", DROP, times=2)
    dead = sources.raw("/post/", b"")
    settings = SETTINGS.format(pair=sources.pair, key=KEY, akismet=akismet.url, mail=smtp.url)
    database = tmp_path / "moderation.db"
    shutil.copyfile(sqlite_template, database)
    async with running(tmp_path, f"sqlite:///{database}", settings) as service:
        owner = await make_owner(service)
        await say_all(service)
        await ping(service, dead)
        await asyncio.wait_for(akismet.until_asked(1), 60)
        await asyncio.wait_for(sources.asked(), 60)
        held = await owner.comments(status="held")
        assert len(held) == COMMENTS + 1
        assert (await wire.get(service.port, "/readyz")).status == 200

        smtp.behave()
        sources.page("/post/", PAGE)
        await settle(service)

        await _all_done(owner)
        assert {a.fields["comment_content"] for a in akismet.of("comment-check")} >= {
            f"Remark {number} in a bad hour." for number in range(COMMENTS)
        }
        told = {to for letter in smtp.received for to in letter.recipients}
        assert told == {"ana@blog.example"} | {f"mei{n}@readers.example" for n in range(COMMENTS)}
        assert [c for c in service.complaints() if "exception" in c or "line" in c] == []


async def _all_done(owner: Owner) -> None:
    """Every comment waits for a moderator, asked about; nothing was published on its own."""
    found = await owner.comments()
    assert len(found) == COMMENTS + 1
    assert {(c["status"], c["waiting_for"]) for c in found} == {("held", "moderator")}
    for comment in found:
        said = {o["check"]: o["verdict"] for o in comment["opinions"]}
        assert said.get("akismet") == "ham", said
