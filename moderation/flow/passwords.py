"""Passwords: what may be one, and how it is kept and compared."""

import asyncio
from functools import cached_property
from typing import TYPE_CHECKING

from moderation.domain.errors import FieldFault, InvalidFields
from moderation.domain.ids import new_secret

if TYPE_CHECKING:  # loaded for the first who signs in, in a thread
    import argon2

PASSWORD = (15, 128)  # characters


class Passwords:
    """argon2id, in threads, two at once: a flood of guesses does not eat the machine."""

    def __init__(self) -> None:
        self._room = asyncio.Semaphore(2)
        self._nobody = ""  # made when first needed: unknown users cost the same

    async def hash(self, password: str) -> str:
        async with self._room:
            return await asyncio.to_thread(self._hash, password)

    async def matches(self, password_hash: str, password: str) -> bool:
        async with self._room:
            return await asyncio.to_thread(self._verify, password_hash, password)

    @cached_property
    def _hasher(self) -> "argon2.PasswordHasher":
        import argon2

        return argon2.PasswordHasher(time_cost=2, memory_cost=47104, parallelism=1)

    def _hash(self, password: str) -> str:
        return self._hasher.hash(password)

    def _verify(self, password_hash: str, password: str) -> bool:
        from argon2.exceptions import InvalidHashError, VerificationError

        if not password_hash:
            self._nobody = self._nobody or self._hasher.hash(new_secret())
            password_hash = self._nobody
        try:
            return self._hasher.verify(password_hash, password)
        except (VerificationError, InvalidHashError):
            return False


def check_password(password: str) -> None:
    """Raise InvalidFields unless a password has 15 to 128 characters."""
    shortest, longest = PASSWORD
    if not shortest <= len(password) <= longest:
        message = f"A password has {shortest} to {longest} characters; a few words do well."
        raise InvalidFields([FieldFault("password", "malformed", message)])
