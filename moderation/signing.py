"""Signed tokens for links and forms: what they say can be read by anybody and made only by us."""

import base64
import hashlib
import hmac
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any

from itsdangerous import BadData, TimestampSigner, URLSafeTimedSerializer

from moderation.domain.clock import Clock

WRITER = "writer"  # /c/TOKEN from the answer to a reply
MAILED = "mailed"  # /c/TOKEN from a mail: proves the address
PING = "ping"  # /pings/TOKEN
ACT = "act"  # /act/TOKEN: [comment, action, version, moderator]
FORM = "form"  # when a form was first focused
QUIET = "quiet"  # stop mails to a moderator
TOKEN_LENGTH = 4096  # characters; ours of the longest address has fewer


class Signing:
    """Signs with the newest key of the ring and verifies with any (HMAC-SHA256)."""

    def __init__(self, ring: Sequence[bytes], clock: Clock) -> None:
        self._ring = list(ring)
        self._clock = clock
        self._serializers: dict[str, URLSafeTimedSerializer] = {}

    def _serializer(self, purpose: str) -> URLSafeTimedSerializer:
        made = self._serializers.get(purpose)
        if made is None:
            made = self._serializers[purpose] = self._make(purpose)
        return made

    def _make(self, purpose: str) -> URLSafeTimedSerializer:
        clock = self._clock

        class Signer(TimestampSigner):
            def get_timestamp(self) -> int:
                return int(clock.now().timestamp())

        return URLSafeTimedSerializer(
            self._ring,
            salt=f"moderation {purpose}",
            signer=Signer,
            signer_kwargs={"key_derivation": "hmac", "digest_method": hashlib.sha256},
        )

    def sign(self, purpose: str, value: object) -> str:
        """Make a token of a JSON value, good for one purpose only."""
        token = self._serializer(purpose).dumps(value)
        return token if isinstance(token, str) else token.decode()

    def derive(self, purpose: str, *parts: str) -> str:
        """A secret of 256 bits that only we can make of these parts, and make again."""
        told = "\0".join((f"moderation {purpose}", *parts)).encode()
        digest = hmac.digest(self._ring[-1], told, "sha256")
        return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()

    def read(self, purpose: str, token: str) -> tuple[Any, datetime] | None:
        """The value and the moment it was signed; None for anything we did not sign."""
        try:
            value, at = self._serializer(purpose).loads(token, return_timestamp=True)
        except (BadData, ValueError, UnicodeError):
            return None
        return value, at.astimezone(UTC)

    def value(self, purpose: str, token: str, *, max_age: timedelta | None = None) -> Any | None:
        """The value of a token that is not older than `max_age`.

        Nor is one good that was signed that long from now, under a clock that was ahead.
        """
        found = self.read(purpose, token)
        if found is None:
            return None
        value, at = found
        if max_age is not None and abs(self._clock.now() - at) > max_age:
            return None
        return value


class SignedFormTokens:
    """When a form was first focused, signed: `age` is what the trap check asks."""

    def __init__(self, signing: Signing) -> None:
        self._signing = signing
        self._signed_at = lru_cache(maxsize=256)(self._read)  # two checks ask, one by one

    def make(self, article_url: str) -> str:
        return self._signing.sign(FORM, article_url)

    def age(self, token: str, now: datetime) -> timedelta | None:
        """How old a token is, or None where the signature is not ours."""
        at = self._signed_at(token) if len(token) <= TOKEN_LENGTH else None
        return None if at is None else now - at

    def _read(self, token: str) -> datetime | None:
        found = self._signing.read(FORM, token)
        return None if found is None else found[1]
