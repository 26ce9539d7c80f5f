"""The mail server's account, read from the one address that settings hold."""

from dataclasses import dataclass, field
from enum import Enum
from ipaddress import ip_address
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit


class Tls(Enum):
    """How a connection is protected."""

    WRAPPED = "wrapped"  # from its first byte: smtps
    REQUIRED = "required"  # STARTTLS, or nothing is sent
    OFFERED = "offered"  # STARTTLS where the server has it
    OFF = "off"


@dataclass(frozen=True, slots=True)
class Account:
    """Where letters are handed in, and as whom."""

    host: str
    port: int
    tls: Tls
    verify: bool = True  # the server's certificate
    user: str = ""
    password: str = field(default="", repr=False)


def account(url: str) -> Account:
    """Read ``smtp://user:pass@host:587`` or ``smtps://host:465``; ``?tls=off`` for neither.

    STARTTLS is required unless the server is this machine: there it is taken when offered,
    and nobody asks for a certificate. Raises ValueError, which never repeats the address.
    """
    try:
        parts = urlsplit(url)
        port = parts.port
        query = dict(parse_qsl(parts.query, strict_parsing=True)) if parts.query else {}
    except ValueError:
        # Python's own words would quote the address, or what follows a colon in it.
        raise ValueError(
            "mail.url cannot be read; write special characters of the password as %XX"
        ) from None
    if parts.scheme not in ("smtp", "smtps") or not parts.hostname:
        raise ValueError("mail.url must be like smtp://user:password@host:587 or smtps://host:465")
    if parts.path not in ("", "/") or parts.fragment or query not in ({}, {"tls": "off"}):
        raise ValueError('mail.url ends after the port; "?tls=off" is all that may follow')
    if parts.scheme == "smtps" and query:
        raise ValueError('mail.url says smtps and "tls=off"; one of them is wrong')
    return _account(parts, port, off=bool(query))


def _account(parts: SplitResult, port: int | None, *, off: bool) -> Account:
    host = parts.hostname or ""
    here = _is_loopback(host)
    if parts.scheme == "smtps":
        tls = Tls.WRAPPED
    elif off:
        tls = Tls.OFF
    else:
        tls = Tls.OFFERED if here else Tls.REQUIRED
    return Account(
        host=host,
        port=port or (465 if tls is Tls.WRAPPED else 587),
        tls=tls,
        verify=not here,
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
    )


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
