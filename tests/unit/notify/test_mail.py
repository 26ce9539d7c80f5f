"""What the mail channel decides by itself; against a server: tests/integration/mail."""

from dataclasses import replace
from datetime import UTC, datetime
from email.headerregistry import Address
from email.parser import BytesParser
from email.policy import default

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moderation.notify._account import Account, Tls, account
from moderation.notify.contract import Letter, NotDelivered
from moderation.notify.mail import make
from moderation.notify.mail.message import address, compose, header_text
from moderation.settings import MailSettings

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
SENDER = Address(display_name="Blog", username="mail", domain="blog.example")
HEADERS = [
    "Date",
    "From",
    "To",
    "Subject",
    "Message-ID",
    "Auto-Submitted",
    "X-Auto-Response-Suppress",
]
OF_A_BODY = ["MIME-Version", "Content-Type", "Content-Transfer-Encoding"]


LETTER = Letter("m0a", "ana@readers.example", "Hello", "Text.\n", "")


def written(given: Letter) -> bytes:
    return compose(given, sender=SENDER, to=given.to, now=NOW)


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        pytest.param(
            "smtp://user:pa%2Fss@mail.example:2525",
            Account("mail.example", 2525, Tls.REQUIRED, True, "user", "pa/ss"),
            id="far away STARTTLS is required",
        ),
        pytest.param("smtp://mail.example", Account("mail.example", 587, Tls.REQUIRED), id="587"),
        pytest.param("smtps://mail.example", Account("mail.example", 465, Tls.WRAPPED), id="465"),
        pytest.param(
            "smtps://mail.example:2465/",
            Account("mail.example", 2465, Tls.WRAPPED),
            id="a slash at the end is fine",
        ),
        pytest.param(
            "smtp://mail.example?tls=off",
            Account("mail.example", 587, Tls.OFF),
            id="unless switched off",
        ),
        pytest.param(
            "smtp://localhost:25",
            Account("localhost", 25, Tls.OFFERED, False),
            id="here it is taken when offered",
        ),
        pytest.param(
            "smtp://127.0.0.2", Account("127.0.0.2", 587, Tls.OFFERED, False), id="IPv4 loopback"
        ),
        pytest.param("smtp://[::1]:25", Account("::1", 25, Tls.OFFERED, False), id="IPv6 loopback"),
        pytest.param(
            "smtp://10.0.0.1",
            Account("10.0.0.1", 587, Tls.REQUIRED),
            id="a private net is not here",
        ),
        pytest.param(
            "smtp://localhost.mail.example",
            Account("localhost.mail.example", 587, Tls.REQUIRED),
            id="a name that only begins like here",
        ),
        pytest.param(
            "smtp://me@blog.example:word@mail.example",
            Account("mail.example", 587, Tls.REQUIRED, True, "me@blog.example", "word"),
            id="an address as user name",
        ),
    ],
)
def test_the_url_decides_where_and_how(url: str, expected: Account) -> None:
    assert account(url) == expected


@pytest.mark.parametrize(
    "url",
    [
        "mail.example:587",
        "http://user:hunter2@mail.example",
        "smtp://",
        "smtp://user:hunter2@",
        "smtp://user:hunter2/x@mail.example",
        "smtp://user:1#hunter2@mail.example",
        "smtp://user:hunter2@mail.example:no",
        "smtp://user:hunter2@mail.example:99999",
        "smtp://user:hunter2@[mail.example",
        "smtp://user:hunter2@mail.example/inbox",
        "smtp://user:hunter2@mail.example?tls=maybe",
        "smtp://user:hunter2@mail.example?tls",
        "smtp://user:hunter2@mail.example?tls=off&x=1",
        "smtps://user:hunter2@mail.example?tls=off",
        "smtp://user:hunter2℀@mail.example",
    ],
)
def test_a_url_that_cannot_be_used_is_told_without_repeating_it(url: str) -> None:
    with pytest.raises(ValueError, match=r"mail\.url") as caught:
        account(url)
    assert "hunter2" not in str(caught.value)
    assert caught.value.__suppress_context__ or caught.value.__context__ is None


def test_without_a_url_mail_is_off() -> None:
    assert make(MailSettings()).on is False
    assert make(MailSettings(url="smtp://mail.example", sender="a@blog.example")).on is True


@pytest.mark.parametrize("sender", ["", "Blog", "Blog <blog>"])
def test_a_sender_that_is_no_address_is_refused_at_once(sender: str) -> None:
    with pytest.raises(ValueError, match=r"mail\.from"):
        make(MailSettings(url="smtp://user:hunter2@mail.example", sender=sender))


def test_the_password_is_in_no_representation() -> None:
    settings = MailSettings(url="smtp://user:hunter2@mail.example", sender="a@blog.example")
    channel = make(settings)
    assert channel.account is not None
    assert channel.account.password == "hunter2"
    assert "hunter2" not in f"{channel!r} {channel} {channel.account!r} {settings!r}"


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("ana@readers.example", "ana@readers.example"),
        ("a.n+a=b@Readers.Example", "a.n+a=b@readers.example"),
        ("ana@bücher.example", "ana@xn--bcher-kva.example"),
        ("", None),
        ("ana", None),
        ("ana@", None),
        ("@readers.example", None),
        ("a@b@readers.example", None),
        ("ana@readers.example, bo@readers.example", None),
        ("ana@readers.example\r\nBcc: bo@readers.example", None),
        ("ana@readers.example\n", None),
        ("Ana <ana@readers.example>", None),
        ('"ana bo"@readers.example', None),
        ("ana@[127.0.0.1]", None),
        ("ána@readers.example", None),
        ("=?utf-8?q?ana=0d=0aBcc:bo?=@readers.example", None),
        ("ana@" + "x" * 60 + ".example", "ana@" + "x" * 60 + ".example"),
        ("a" * 65 + "@readers.example", None),
    ],
)
def test_an_address_is_one_plain_address(given: str, expected: str | None) -> None:
    assert address(given) == expected


@given(st.text(), st.integers(min_value=1, max_value=300))
def test_header_text_is_one_line_without_encoded_words(text: str, limit: int) -> None:
    line = header_text(text, limit)
    assert len(line) <= limit
    assert "=?" not in line
    assert line.splitlines() in ([], [line])
    assert "\0" not in line
    line.encode()


def test_header_text_leaves_ordinary_titles_alone() -> None:
    for title in ("How to fold a shirt", "1 + 1 = 2?", "Grüße 👩‍👩‍👧‍👦", "כיצד לקפל"):
        assert header_text(title, 80) == title


@given(
    st.text(max_size=400),
    st.text(max_size=60),
    st.lists(
        st.tuples(
            st.sampled_from(["List-Unsubscribe", "Reply-To", "Bcc", "subject", "X\r\nBcc"]),
            st.text(max_size=100),
        ),
        max_size=4,
    ),
)
def test_no_letter_gets_a_header_it_was_not_meant_to_have(
    subject: str, letter_id: str, headers: list[tuple[str, str]]
) -> None:
    raw = written(replace(LETTER, id=letter_id, subject=subject, headers=tuple(headers)))
    message = BytesParser(policy=default).parsebytes(raw)
    allowed = [*HEADERS, "List-Unsubscribe", "Reply-To", *OF_A_BODY]
    assert set(message.keys()) <= set(allowed)
    assert len(message.keys()) == len(set(message.keys()))
    assert message.get_all("To") == ["ana@readers.example"]
    assert message["Bcc"] is None
    assert raw.isascii()


def test_only_known_headers_are_passed_on_each_once() -> None:
    headers = (
        ("list-unsubscribe", "<https://c.example/stop>"),
        ("List-Unsubscribe", "<https://c.example/second>"),
        ("Reply-To", "bo@readers.example"),
        ("Bcc", "c@readers.example"),
        ("From", "c@readers.example"),
    )
    message = BytesParser(policy=default).parsebytes(written(replace(LETTER, headers=headers)))
    assert sorted(message.keys()) == sorted([*HEADERS, "List-Unsubscribe", "Reply-To", *OF_A_BODY])
    assert message["List-Unsubscribe"] == "<https://c.example/stop>"
    assert message["Reply-To"] == "bo@readers.example"


@pytest.mark.parametrize(
    "value", ["Bo <bo@readers.example>", "a@b.example, c@d.example", "x\r\nBcc: c@d.example", ""]
)
def test_an_answer_address_that_is_none_is_left_out(value: str) -> None:
    message = BytesParser(policy=default).parsebytes(
        written(replace(LETTER, headers=(("Reply-To", value),)))
    )
    assert message["Reply-To"] is None


@pytest.mark.parametrize(
    "to",
    [
        "=?utf-8?q?x=0d=0aBcc:_c=40d.example?= <ana@readers.example>",
        "ana@readers.example\r\nBcc: c@d.example",
    ],
)
def test_what_gets_past_every_other_guard_is_not_sent(to: str) -> None:
    with pytest.raises(NotDelivered) as caught:
        compose(LETTER, sender=SENDER, to=to, now=NOW)
    assert caught.value.final


def test_long_addresses_stand_in_one_piece() -> None:
    link = "<https://comments.blog.example/act/" + "x" * 700 + ">"
    to = "ana@" + ".".join(["x" * 50] * 4) + ".example"
    raw = written(replace(LETTER, to=to, headers=(("List-Unsubscribe", link),)))
    assert f"\r\nList-Unsubscribe: {link}\r\n".encode() in raw
    assert f"\r\nTo: {to}\r\n".encode() in raw
    assert max(len(line) for line in raw.split(b"\r\n")) < 998


def test_a_message_id_is_the_letters_whatever_its_id() -> None:
    odd = replace(LETTER, id="waiting:m0a/Ana <x>")
    first, again = (
        BytesParser(policy=default).parsebytes(written(odd))["Message-ID"] for _ in range(2)
    )
    assert first == again
    assert first.startswith("<")
    assert first.endswith("@blog.example>")
    other = BytesParser(policy=default).parsebytes(
        written(replace(LETTER, id="waiting:m0a/Ana <y>"))
    )
    assert other["Message-ID"] != first


def test_text_that_cannot_travel_does_not_stop_a_letter() -> None:
    raw = written(
        replace(LETTER, subject="half \ud800", text="NUL \0 and half \udfff\n", html="<p>\udc00")
    )
    assert b"\0" not in raw
    assert b"NUL  and half ?" in raw
