"""Who comes in by the dashboard's door: passwords, sessions, and the links that make moderators."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from math import ceil

from moderation.domain.clock import Clock
from moderation.domain.errors import (
    Busy,
    FieldFault,
    Forbidden,
    InvalidFields,
    NotFound,
    RateLimited,
)
from moderation.domain.ids import hash_secret, new_id, new_secret
from moderation.domain.moderator import Moderator, Role, Session
from moderation.domain.rates import MovingWindow
from moderation.flow.passwords import Passwords, check_password
from moderation.logs import get
from moderation.store import moderators, sessions
from moderation.store.contract import Query, Store
from moderation.text.addresses import limit_key
from moderation.text.clean import clean_text

SETUP = "setup"
INVITE = "invite"
SETUP_TIME = timedelta(minutes=30)
INVITE_TIME = timedelta(days=7)
IDLE = timedelta(hours=12)
LONGEST = timedelta(days=7)
SEEN_EVERY = timedelta(minutes=5)  # how often a session's last use is written down
NAME_LIMIT = 60

# Guesses a minute: of one account, from one address, and in all.
PER_ACCOUNT = 5
PER_ADDRESS = 10
IN_ALL = 60

WRONG = "Name and password do not belong together."
logger = get("enter")


@dataclass(frozen=True, slots=True)
class Entered:
    """A new session: the secret goes into the cookie and nowhere else."""

    secret: str
    session: Session


class Enter:
    """Signing in and out, and making moderators."""

    def __init__(self, store: Store, passwords: Passwords, clock: Clock) -> None:
        self._store = store
        self._passwords = passwords
        self._clock = clock
        self._guesses = MovingWindow(clock)

    async def login(self, name: str, password: str, address: str) -> Entered:
        """Begin a session. Raises Forbidden for a wrong pair and RateLimited for too many."""
        self._count_guess(name, address)
        found = await self._store.read(moderators.by_name, name)
        usable = found is not None and not found[0].disabled and bool(found[1])
        right = await self._passwords.matches(found[1] if found and usable else "", password)
        if found is None or not usable or not right:
            logger.warning("sign-in refused")
            raise Forbidden(WRONG)
        return await self._begin(found[0], found[1])

    def _count_guess(self, name: str, address: str) -> None:
        counted = {
            f"account {hash_secret(name.casefold())}": PER_ACCOUNT,
            f"address {limit_key(address)}": PER_ADDRESS,
            "all": IN_ALL,
        }
        wait = max(self._guesses.wait(key, limit) for key, limit in counted.items())
        if wait > 0:
            raise RateLimited("Too many tries. Please wait a minute.", retry_after=ceil(wait))
        for key in counted:
            self._guesses.add(key)

    async def _begin(self, moderator: Moderator, password_hash: str) -> Entered:
        secret, csrf_token, now = new_secret(), new_secret(), self._clock.now()
        session = Session(moderator, csrf_token, now, now)
        await self._store.write(_begin, session, hash_secret(secret), password_hash)
        return Entered(secret, session)

    async def session(self, secret: str) -> Session | None:
        """The session of a cookie; None once it is idle for 12 hours or 7 days old.

        One that began later than now, under a clock that was ahead, is good for as long.
        """
        session = await self._store.read(sessions.find, hash_secret(secret))
        now = self._clock.now()
        if session is None or now - session.seen_at > IDLE:
            return None
        if abs(now - session.created_at) > LONGEST:
            return None
        if abs(now - session.seen_at) > SEEN_EVERY:
            with suppress(Busy):  # looking on goes on while nothing can be written
                await self._store.write(sessions.seen, hash_secret(secret), now)
        return session

    async def logout(self, secret: str) -> None:
        await self._store.write(sessions.end, hash_secret(secret))

    async def setup_link(self) -> str | None:
        """The secret of a new one-time link that makes the owner; None when there is one."""
        secret = new_secret()
        made = await self._store.write(self._add_setup, hash_secret(secret))
        return secret if made else None

    def _add_setup(self, secret_hash: str) -> Query[bool]:
        if (yield from moderators.has_owner()):
            return False
        yield from moderators.drop_links(SETUP)
        yield from moderators.add_link(
            secret_hash, SETUP, moderator_id=None, expires_at=self._clock.now() + SETUP_TIME
        )
        return True

    async def invited(self, secret: str) -> Moderator | None:
        """Whom a one-time link is for; None for the owner to be. Raises NotFound."""
        return await self._store.read(self._invited, hash_secret(secret))

    def _invited(self, secret_hash: str) -> Query[Moderator | None]:
        now = self._clock.now()
        if (yield from moderators.find_link(secret_hash, SETUP, now)) is not None:
            return None
        found = yield from moderators.find_link(secret_hash, INVITE, now)
        if found is None or found[0] is None:
            raise _used()
        moderator = yield from moderators.by_id(found[0])
        if moderator is None or moderator.disabled:
            raise _used()
        return moderator

    async def accept(self, secret: str, name: str, email: str, password: str) -> Entered:
        """Use a one-time link: make the owner, or set an invited moderator's password.

        Raises NotFound for a link that is used or old, InvalidFields for what was typed.
        """
        invited = await self.invited(secret)
        check_password(password)
        password_hash = await self._passwords.hash(password)
        if invited is not None:
            await self._store.write(self._accept, hash_secret(secret), invited.id, password_hash)
            return await self._begin(invited, password_hash)
        owner = self.draft(name, email, Role.OWNER)
        await self._store.write(self._make_owner, hash_secret(secret), owner, password_hash)
        return await self._begin(owner, password_hash)

    def _accept(self, secret_hash: str, moderator_id: str, password_hash: str) -> Query[None]:
        yield from self._use(secret_hash)
        yield from moderators.set_password(moderator_id, password_hash)

    def _make_owner(self, secret_hash: str, owner: Moderator, password_hash: str) -> Query[None]:
        yield from self._use(secret_hash)
        if not (yield from moderators.add(owner, password_hash)):
            raise _taken()

    def _use(self, secret_hash: str) -> Query[None]:
        """Take a one-time link out of the world. Raises NotFound where somebody was quicker."""
        yield from self._invited(secret_hash)
        if not (yield from moderators.use_link(secret_hash)):
            raise _used()

    def draft(self, name: str, email: str, role: Role) -> Moderator:
        """A moderator to be. Raises InvalidFields for a name that cannot be one."""
        cleaned = clean_text(name, lines=False)
        if not cleaned or len(cleaned) > NAME_LIMIT:
            message = f"A name has 1 to {NAME_LIMIT} characters."
            raise InvalidFields([FieldFault("username", "malformed", message)])
        now = self._clock.now()
        return Moderator(new_id(now), cleaned, email.strip(), role, False, now)

    async def add(self, new: Moderator, password: str) -> None:
        """Add a moderator with a password. Raises InvalidFields."""
        check_password(password)
        password_hash = await self._passwords.hash(password)
        if not await self._store.write(moderators.add, new, password_hash):
            raise _taken()

    async def invite(self, new: Moderator) -> str:
        """Add a moderator who sets the password by a link; the link's secret."""
        secret = new_secret()
        await self._store.write(self._invite, new, hash_secret(secret))
        return secret

    def _invite(self, new: Moderator, secret_hash: str) -> Query[None]:
        if not (yield from moderators.add(new, "")):
            raise _taken()
        yield from moderators.add_link(
            secret_hash,
            INVITE,
            moderator_id=new.id,
            expires_at=self._clock.now() + INVITE_TIME,
        )

    async def set_password(self, name: str, password: str) -> None:
        """Change a password and end all sessions. Raises NotFound and InvalidFields."""
        check_password(password)
        found = await self._store.read(moderators.by_name, name)
        if found is None:
            raise NotFound(f"There is no moderator “{name}”.")
        password_hash = await self._passwords.hash(password)
        await self._store.write(_change_password, found[0].id, password_hash)

    async def disable(self, name: str, *, disabled: bool = True) -> None:
        """Close or reopen an account. Raises NotFound."""
        found = await self._store.read(moderators.by_name, name)
        if found is None:
            raise NotFound(f"There is no moderator “{name}”.")
        await self._store.write(_disable, found[0].id, disabled)

    async def everyone(self) -> Sequence[Moderator]:
        return await self._store.read(moderators.everyone)


def _begin(session: Session, secret_hash: str, password_hash: str) -> Query[None]:
    """Add a session, unless the password was changed or the account closed meanwhile."""
    found = yield from moderators.by_name(session.moderator.name)
    if found is None or found[0].disabled or found[1] != password_hash:
        raise Forbidden(WRONG)
    yield from sessions.add(
        secret_hash, session.moderator.id, session.csrf_token, session.created_at
    )


def _used() -> NotFound:
    return NotFound("This link was used already, or is too old.")


def _taken() -> InvalidFields:
    return InvalidFields([FieldFault("username", "malformed", "This name is taken.")])


def _change_password(moderator_id: str, password_hash: str) -> Query[None]:
    yield from moderators.set_password(moderator_id, password_hash)
    yield from sessions.end_all(moderator_id)


def _disable(moderator_id: str, disabled: bool) -> Query[None]:
    """Close or reopen an account; either way nobody is signed in by it afterwards."""
    yield from moderators.set_disabled(moderator_id, disabled=disabled)
    yield from sessions.end_all(moderator_id)
