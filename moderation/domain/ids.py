"""Identifiers: short, in order of time, never used twice, safe in an address and as a fragment."""

import hashlib
import secrets
from datetime import datetime

from moderation.domain.clock import to_micros

DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
LENGTH = 20  # characters at the most


def base36(number: int, width: int) -> str:
    """Write a number from 0 up in base 36, padded with zeros to `width` digits."""
    digits = ""
    while number:
        number, rest = divmod(number, 36)
        digits = DIGITS[rest] + digits
    return digits.rjust(width, "0")


def new_id(now: datetime) -> str:
    """Make an identifier of 20 characters of ``[0-9a-z]``, sorted by time to the microsecond.

    The leading letter is a promise (an id is never mistaken for a number); eight random
    digits (41 bits) keep two of the same microsecond apart.
    """
    return "m" + base36(to_micros(now), 11) + base36(secrets.randbelow(36**8), 8)


def is_id(text: str) -> bool:
    """Whether it can be an identifier: what cannot is not asked of a store."""
    return 0 < len(text) <= LENGTH and all(digit in DIGITS for digit in text)


def new_secret() -> str:
    """Make 256 random bits as 43 characters that are safe in an address."""
    return secrets.token_urlsafe(32)


def hash_secret(secret: str) -> str:
    """What is kept of a secret of 256 random bits: it needs no salt."""
    return hashlib.sha256(secret.encode()).hexdigest()
