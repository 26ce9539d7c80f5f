"""A letter as a message: headers that nobody can add to, addresses that stay in one piece."""

import hashlib
import re
from datetime import datetime
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP, EmailPolicy
from email.utils import format_datetime, parseaddr

from moderation.notify.contract import Letter, NotDelivered
from moderation.text.addresses import is_email
from moderation.text.clean import clean_text, cut
from moderation.text.hosts import normal_host

SUBJECT_LIMIT = 200  # characters: the fixed words, a site's name and a title of 80
HEADER_LIMIT = 900  # characters; RFC 5322 §2.1.1 ends a line at 998
PASSED_ON = ("List-Unsubscribe", "List-Unsubscribe-Post", "List-Id", "Reply-To")

# Read by machines: a fold or an encoded word inside a long address would break it.
_WHOLE = frozenset({*(name.lower() for name in PASSED_ON), "to", "message-id"})


def address(text: str) -> str | None:
    """Return one address as it goes to the server, its domain in ASCII, or None.

    Nothing stays that the e-mail package could take for an encoded word.
    """
    if not is_email(text) or "=?" in text:
        return None
    local, _, domain = text.partition("@")
    return f"{local}@{normal_host(domain)}"


def header_text(value: str, limit: int) -> str:
    """Make text that stays inside one header, whatever it was.

    No line break or other control is left, and no ``=?``: the e-mail package decodes an
    encoded word it is given, line breaks and all.
    """
    line = clean_text(_sendable(value), lines=False)
    return cut(re.sub(r"=+\?", "?", line), limit)


class _Policy(EmailPolicy):
    """SMTP's line ends, ASCII only; addresses for machines are left in one piece."""

    def fold_binary(self, name: str, value: str) -> bytes:
        if name.lower() in _WHOLE:
            return f"{name}: {value}\r\n".encode("ascii")
        return super().fold_binary(name, value)


_POLICY = _Policy(linesep="\r\n", cte_type="7bit", max_line_length=78)


def compose(letter: Letter, *, sender: Address, to: str, now: datetime) -> bytes:
    """Write a letter as a message; `to` has been through `address`.

    Raises `NotDelivered`, finally, should the result hold another header than was meant.
    """
    try:
        message = _message(letter, sender=sender, to=to, now=now)
        raw = message.as_bytes(policy=_POLICY)
    except (ValueError, MessageError):
        raw = b""
    if not raw or _header_names(raw) != message.keys():
        raise NotDelivered("The letter's headers could not be written safely.", final=True)
    return raw


def _message(letter: Letter, *, sender: Address, to: str, now: datetime) -> EmailMessage:
    message = EmailMessage(policy=SMTP)
    message["Date"] = format_datetime(now)
    message["From"] = sender
    message["To"] = to
    message["Subject"] = header_text(letter.subject, SUBJECT_LIMIT)
    message["Message-ID"] = f"<{_token(letter.id)}@{sender.domain}>"
    message["Auto-Submitted"] = "auto-generated"  # RFC 3834 §5
    message["X-Auto-Response-Suppress"] = "DR, OOF, AutoReply"
    for name, value in _passed_on(letter):
        message[name] = value
    message.set_content(_sendable(letter.text), cte="quoted-printable")
    if letter.html:
        message.add_alternative(_sendable(letter.html), subtype="html", cte="quoted-printable")
    return message


def _passed_on(letter: Letter) -> list[tuple[str, str]]:
    """Choose what is kept of a letter's own headers: known names, each once, plain values."""
    kept: dict[str, str] = {}
    known = {name.lower(): name for name in PASSED_ON}
    for name, value in letter.headers:
        proper = known.get(name.lower(), "")
        line = address(value) if proper == "Reply-To" else header_text(value, HEADER_LIMIT)
        if proper and line and line.isascii():
            kept.setdefault(proper, line)
    return list(kept.items())


def _token(letter_id: str) -> str:
    """Return the left side of the Message-ID: the same for the same letter."""
    if re.fullmatch(r"[A-Za-z0-9_-]{1,64}", letter_id):
        return letter_id
    return hashlib.sha256(letter_id.encode("utf-8", "replace")).hexdigest()[:40]


def _sendable(text: str) -> str:
    """Lone surrogates and NULs cannot travel."""
    return text.replace("\0", "").encode("utf-8", "replace").decode()


def _header_names(raw: bytes) -> list[str]:
    head = raw.partition(b"\r\n\r\n")[0]
    lines = re.split(rb"\r\n|\r|\n", head)  # as a careless server would
    starts = (line for line in lines if not line.startswith((b" ", b"\t")))
    return [line.partition(b":")[0].decode("ascii", "replace") for line in starts]


def mailbox(text: str) -> Address:
    """Read who writes, like "Blog <blog@blog.example>"; raises ValueError."""
    name, plain = parseaddr(text)
    found = address(plain)
    if found is None:
        raise ValueError('mail.from must be an address, like "Blog <blog@blog.example>"')
    return Address(display_name=header_text(name, 80), addr_spec=found)
