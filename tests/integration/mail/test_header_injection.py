"""Readers' words against the headers of real messages: no extra header, no second recipient."""

from dataclasses import replace

import pytest

from moderation.domain.comment import Author
from moderation.flow.letters import LetterLinks
from moderation.notify.contract import Letter, NotDelivered
from moderation.notify.mail import make
from moderation.settings import MailSettings
from tests.integration.mail.smtp_server import Received, SmtpServer
from tests.unit.flow.letter_facts import ANA, ARTICLE, BLOG, COMMENT, ITEM, LETTERS, LINKS

EVIL = "evil@evil.example"
TRICKS = {
    "line feed": f"x\nBcc: {EVIL}",
    "return": f"x\rBcc: {EVIL}",
    "both": f"x\r\nBcc: {EVIL}",
    "folded": f"x\r\n Bcc: {EVIL}",
    "folded, then not": f"x\r\n \r\nBcc: {EVIL}",
    "end of headers": f"x\r\n\r\nBcc: {EVIL}\r\n\r\nbody",
    "many lines": f"x\r\nTo: {EVIL}\r\nCc: {EVIL}\r\nSubject: Buy",
    "at the beginning": f"\r\nBcc: {EVIL}",
    "end of the message": f"x\r\n.\r\nMAIL FROM:<{EVIL}>\r\nRCPT TO:<{EVIL}>\r\nDATA",
    "NUL": f"x\0\r\nBcc: {EVIL}",
    "vertical tab": f"x\vBcc: {EVIL}",
    "form feed": f"x\fBcc: {EVIL}",
    "separators": f"x\x1c\x1d\x1eBcc: {EVIL}",
    "next line": f"x\x85Bcc: {EVIL}",
    "line separator": f"x\u2028Bcc: {EVIL}",
    "paragraph separator": f"x\u2029Bcc: {EVIL}",
    "encoded word, Q": f"=?utf-8?q?x=0d=0aBcc:{EVIL.replace('@', '=40')}?=",
    "encoded word, B": "=?utf-8?b?eA0KQmNjOiBldmlsQGV2aWwuZXhhbXBsZQ==?=",
    "encoded word in two": "=?utf-8?q?x=0d?= =?utf-8?q?=0aBcc:_evil=40evil.example?=",
    "encoded word, Latin 1": "=?iso-8859-1?Q?x=0D=0ABcc:_evil=40evil.example?=",
    "encoded word behind another": "=?=?utf-8?q?x=0d=0aBcc:_evil=40evil.example?=",
    "encoded word hidden by doubling": "==??utf-8?q?x=0d=0aBcc:_evil=40evil.example?==",
    "encoded word with a NUL inside": "=\0?utf-8?q?x=0d=0aBcc:_evil=40evil.example?=",
    "encoded word with a joiner inside": "=\u200d?utf-8?q?x=0d=0aBcc:_evil=40evil.example?=",
    "bytes that were never text": f"x\udc0d\udc0aBcc: {EVIL}",
    "full-width ends": f"x\uff0d\uff0aBcc: {EVIL}",
    "last byte is a line feed": f"x\u560d\u560aBcc: {EVIL}",
    "escapes": f"x%0d%0aBcc: {EVIL}\\r\\nBcc: {EVIL}",
    "second address": f"x, {EVIL}",
    "angle brackets": f"x <{EVIL}>",
    "address with a tail": f"x@readers.example> NOTIFY=SUCCESS ORCPT=rfc822;{EVIL}",
    "very long": "x" * 2000 + f"\r\nBcc: {EVIL}",
    "long without spaces": "字" * 500 + f"\r\nBcc: {EVIL}",
}
FIXED = {"date", "from", "to", "subject", "message-id", "auto-submitted"}
FIXED |= {"x-auto-response-suppress", "mime-version", "content-type"}


def about(trick: str, field: str) -> Letter:
    """A letter about a comment in which one field, or all, are the trick."""
    at = {field} if field != "all" else {"title", "name", "email", "url", "text", "site"}
    author = Author(
        name=trick if "name" in at else "Bo",
        email=trick if "email" in at else "bo@readers.example",
        url=trick if "url" in at else "",
    )
    comment = replace(COMMENT, author=author, text=trick if "text" in at else "Text")
    article = replace(ARTICLE, title=trick if "title" in at else "Title")
    site = replace(BLOG, name=trick if "site" in at else "Blog")
    return replace(LETTERS, sites=(site,)).waiting(
        ANA,
        [replace(ITEM, comment=comment, article=article)],
        {},
        links=LINKS,
        letter_id="m0letter",
    )


def names(raw: bytes) -> list[str]:
    """The header names as the most careless of readers would find them."""
    lines = raw.split(b"\r\n\r\n")[0].replace(b"\r", b"\n").split(b"\n")
    return [x.split(b":")[0].decode().lower() for x in lines if x and x[:1] not in b" \t"]


def check(got: Received, to: str, *, extra: set[str]) -> None:
    assert got.recipients == (to,)
    assert got.sender == "mail@blog.example"
    for found in (names(got.raw), [name.lower() for name in got.message]):
        assert set(found) == FIXED | extra
        assert len(found) == len(set(found))
    assert got.message.get_all("To") == [to]
    assert got.message.get_all("From") == ["Blog <mail@blog.example>"]
    for name, value in got.message.items():
        assert "\n" not in value
        assert "\r" not in value
        if name != "Subject":
            assert EVIL not in value
    assert got.message.get_body(("plain",)) is not None
    assert got.message.get_body(("html",)) is not None
    assert not got.message.defects


@pytest.mark.parametrize("field", ["title", "name", "email", "url", "text", "site", "all"])
async def test_no_field_of_a_comment_reaches_the_headers(smtp: SmtpServer, field: str) -> None:
    channel = make(MailSettings(url=smtp.url, sender="Blog <mail@blog.example>"))
    for trick in TRICKS.values():
        await channel.deliver(about(trick, field))
    assert len(smtp.received) == len(TRICKS)
    for got in smtp.received:
        check(got, "ana@blog.example", extra={"list-unsubscribe", "list-unsubscribe-post"})


@pytest.mark.parametrize("field", ["subject", "id", "List-Unsubscribe", "Reply-To", "X-Own"])
async def test_no_field_of_a_letter_reaches_further_than_its_header(
    smtp: SmtpServer, field: str
) -> None:
    """The channel trusts no letter, whoever composed it."""
    channel = make(MailSettings(url=smtp.url, sender="Blog <mail@blog.example>"))
    letter = Letter("m0", "ana@blog.example", "Hello", "Text\n", "<p>Text</p>")
    for trick in TRICKS.values():
        tricky = {
            "subject": replace(letter, subject=trick),
            "id": replace(letter, id=trick),
        }.get(field, replace(letter, headers=((field, trick), (trick, "x"))))
        await channel.deliver(tricky)
    assert len(smtp.received) == len(TRICKS)
    for got in smtp.received:
        extra = {"list-unsubscribe"} & set(names(got.raw))
        if field == "List-Unsubscribe":
            got = replace(got, raw=got.raw.replace(EVIL.encode(), b"evil"))
        check(got, "ana@blog.example", extra=extra)


@pytest.mark.parametrize("around", ["{}", "bo@readers.example{}", "{}@readers.example"])
async def test_an_address_with_anything_else_in_it_gets_no_mail(
    smtp: SmtpServer, around: str
) -> None:
    channel = make(MailSettings(url=smtp.url, sender="Blog <mail@blog.example>"))
    for trick in TRICKS.values():
        letter = LETTERS.confirm_address(
            around.format(trick), site=BLOG, article=ARTICLE, confirm_url="https://x", letter_id="m"
        )
        with pytest.raises(NotDelivered) as caught:
            await channel.deliver(letter)
        assert caught.value.final
    assert smtp.received == ()


async def test_a_readers_address_stands_in_no_header(smtp: SmtpServer) -> None:
    channel = make(MailSettings(url=smtp.url, sender="Blog <mail@blog.example>"))
    links = LetterLinks(LINKS.queue)
    await channel.deliver(LETTERS.waiting(ANA, [ITEM], {}, links=links, letter_id="m0"))
    (got,) = smtp.received
    assert "bo@readers.example" in got.text
    assert b"bo@readers" not in got.raw.split(b"\r\n\r\n")[0]
