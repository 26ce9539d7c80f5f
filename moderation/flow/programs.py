"""Who comes in by the API's door: programs with tokens, what each may do and where."""

from collections.abc import Collection, Sequence
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
    Unauthorized,
)
from moderation.domain.ids import hash_secret, new_id, new_secret
from moderation.domain.moderator import Scope, Token
from moderation.domain.rates import MovingWindow
from moderation.domain.site import Site
from moderation.store import tokens
from moderation.store.contract import Query, Store
from moderation.text.addresses import limit_key
from moderation.text.clean import clean_text

USED_EVERY = timedelta(minutes=5)  # how often a token's last use is written down
NAME_LIMIT = 60
PREFIX = "mod_"  # so that a leaked one is recognised for what it is
WRONG_PER_ADDRESS = 20  # of wrong tokens; right ones always pass

# A token of one scope may do what the lesser ones allow.
GRANTS: dict[Scope, frozenset[Scope]] = {
    Scope.READ: frozenset({Scope.READ}),
    Scope.MODERATE: frozenset({Scope.READ, Scope.MODERATE}),
    Scope.ADMIN: frozenset({Scope.READ, Scope.MODERATE, Scope.ADMIN}),
}


def may(token: Token, scope: Scope) -> bool:
    """Whether a token's scopes hold or imply `scope`."""
    return any(scope in GRANTS[given] for given in token.scopes)


def check_scope(token: Token, scope: Scope) -> None:
    """Raise Forbidden unless the token may `scope`."""
    if not may(token, scope):
        raise Forbidden(f"This token may not do that: it needs the scope “{scope}”.")


class Programs:
    """Letting programs in, and making and revoking their tokens.

    `within` names the sites of the token that asks (empty: all): one that is limited to
    some sites sees, makes and revokes only tokens that are limited to no more than these.
    """

    def __init__(self, store: Store, sites: Sequence[Site], clock: Clock) -> None:
        self._store = store
        self._sites = frozenset(site.id for site in sites)
        self._clock = clock
        self._wrong = MovingWindow(clock)

    async def admit(self, secret: str, address: str) -> Token:
        """The token of a secret.

        Raises Unauthorized for one that is unknown or revoked, and RateLimited where too
        many of those came from one address (the /64 of IPv6) within a minute.
        """
        token = await self._store.read(tokens.by_hash, hash_secret(secret)) if secret else None
        if token is None:
            wait = self._wrong.wait(limit_key(address), WRONG_PER_ADDRESS)
            if wait > 0:
                sentence = "Too many wrong tokens. Please wait a minute."
                raise RateLimited(sentence, retry_after=ceil(wait))
            self._wrong.add(limit_key(address))
            raise Unauthorized("This token is not known here, or it was revoked.")
        await self._note_use(token)
        return token

    async def _note_use(self, token: Token) -> None:
        now = self._clock.now()
        if token.used_at is not None and abs(now - token.used_at) < USED_EVERY:
            return
        try:
            await self._store.write(tokens.used, token.id, now)
        except Busy:  # reading goes on while nothing can be written
            return

    async def create(
        self,
        name: str,
        scopes: Collection[Scope],
        sites: Collection[str] = (),
        *,
        within: frozenset[str] = frozenset(),
    ) -> tuple[Token, str]:
        """Make a token; the secret is told this once. Raises InvalidFields and Forbidden."""
        cleaned = clean_text(name, lines=False)
        errors = []
        if not cleaned or len(cleaned) > NAME_LIMIT:
            message = f"A name has 1 to {NAME_LIMIT} characters."
            errors.append(FieldFault("name", "malformed", message))
        if not scopes:
            errors.append(FieldFault("scopes", "missing", "Name at least one scope."))
        if not self._sites.issuperset(sites):
            errors.append(FieldFault("sites", "malformed", "There is no such site."))
        if errors:
            raise InvalidFields(errors)
        if within and not (sites and within.issuperset(sites)):
            raise Forbidden("This token makes tokens for its own sites only.")
        now = self._clock.now()
        token = Token(new_id(now), cleaned, frozenset(scopes), frozenset(sites), now)
        secret = PREFIX + new_secret()
        await self._store.write(tokens.add, token, hash_secret(secret))
        return token, secret

    async def everyone(self, *, within: frozenset[str] = frozenset()) -> Sequence[Token]:
        """List tokens, the oldest first, those that were revoked too."""
        found = await self._store.read(tokens.everyone)
        return [token for token in found if _is_within(token, within)]

    async def revoke(self, token_id: str, *, within: frozenset[str] = frozenset()) -> None:
        """End a token at once. Raises NotFound for one that is not there (any more)."""
        await self._store.write(_revoke, token_id, within, self._clock)


def _revoke(token_id: str, within: frozenset[str], clock: Clock) -> Query[None]:
    known = {token.id: token for token in (yield from tokens.everyone())}
    token = known.get(token_id)
    if token is None or token.revoked_at is not None or not _is_within(token, within):
        raise NotFound("There is no such token.")
    yield from tokens.revoke(token_id, clock.now())


def _is_within(token: Token, within: frozenset[str]) -> bool:
    return not within or (bool(token.sites) and within.issuperset(token.sites))
