"""Letters that tell of pings: the links in them, and what senders wrote."""

import re
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from moderation.domain.comment import Status
from moderation.domain.moderator import Role
from moderation.settings import MailSettings
from tests.conformance.pinging import mention, source
from tests.integration.journey.conftest import Journey, Open
from tests.integration.mail.smtp_server import SmtpServer


@pytest.fixture
async def mailed(begin: Open) -> AsyncIterator[tuple[Journey, SmtpServer]]:
    with SmtpServer() as smtp:
        journey = await begin(mail=MailSettings(smtp.url, "comments@blog.example"))
        enter = journey.house.enter
        await enter.add(enter.draft("Ana", "ana@blog.example", Role.OWNER), "a long pass phrase")
        yield journey, smtp


async def link_of(journey: Journey, smtp: SmtpServer) -> str:
    """The link by which a verified mention can be decided, from the letter that tells of it."""
    await mention(journey, source(journey))
    await journey.work()
    await journey.work()
    found = re.search(r"http://\S+/act/\S+", smtp.received[-1].text)
    assert found is not None
    return found[0]


async def test_a_mailed_link_is_looked_at_for_free_and_used_once(
    mailed: tuple[Journey, SmtpServer],
) -> None:
    """H-13: mail scanners open links; only a POST decides, and a forged one is nobody's."""
    journey, smtp = mailed
    link = await link_of(journey, smtp)
    for method in ("GET", "HEAD", "GET"):
        assert (await journey.client.request(method, link)).status_code == 200
    assert (await journey.only()).status is Status.HELD
    forged = link[:-6] + ("x" if link[-6] != "x" else "y") + link[-5:]
    assert (await journey.client.post(forged)).status_code == 404
    assert (await journey.client.post(link)).status_code == 200
    assert (await journey.only()).status is Status.APPROVED
    assert (await journey.client.post(link)).status_code == 409


async def test_a_line_break_of_a_sender_begins_no_line_of_a_letter(
    mailed: tuple[Journey, SmtpServer],
) -> None:
    """H-11: nobody is added to a letter, and no field to its header."""
    journey, smtp = mailed
    page = "<title>a&#13;&#10;Bcc: eve@evil.example</title><a href={}>x</a>"
    address = journey.sources.page("/s/", page.format(journey.article))
    fields = {"url": address, "blog_name": "Bea\r\nTo: eve@evil.example\r\n\r\nHello"}
    await journey.client.post("/trackback", params={"article": journey.article}, data=fields)
    await journey.work()
    await journey.work()
    (letter,) = smtp.received
    assert list(letter.recipients) == ["ana@blog.example"]
    assert "eve@evil.example" not in str(letter.message.items())


async def test_a_mailed_link_expires(mailed: tuple[Journey, SmtpServer]) -> None:
    """H-13: a letter that lies about for years decides nothing."""
    journey, smtp = mailed
    link = await link_of(journey, smtp)
    journey.clock.turn(timedelta(days=366))
    assert (await journey.client.post(link)).status_code in (404, 410)
    assert (await journey.only()).status is Status.HELD
