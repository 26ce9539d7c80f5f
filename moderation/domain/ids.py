"""Identifiers: short, in order of time, never used twice, safe in an address and as a fragment."""

import hashlib
import secrets
from datetime import datetime

from moderation.domain.clock import to_micros

DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"


def base36(number: int, width: int) -> str:
    """Write a number from 0 up in base 36, padded with zeros to `width` digits."""
    digits = ""
    while number:
        number, rest = divmod(number, 36)
        digits = DIGITS[rest] + digits
    return digits.rjust(width, "0")


def new_id(now: datetime) -> str:
    """Make an identifier of 20 characters of ``[0-9a-z]``, sorted by time to the millisecond.

    The leading letter is a promise (an id is never mistaken for a number); ten random
    digits (51 bits) keep two of the same millisecond apart.
    """
    milliseconds = to_micros(now) // 1000
    return "m" + base36(milliseconds, 9) + base36(secrets.randbelow(36**10), 10)


def new_secret() -> str:
    """Make 256 random bits as 43 characters that are safe in an address."""
    return secrets.token_urlsafe(32)


def hash_secret(secret: str) -> str:
    """What is kept of a secret of 256 random bits: it needs no salt."""
    return hashlib.sha256(secret.encode()).hexdigest()
