"""Tokens: programs' keys to this API, made, listed and revoked."""

from collections.abc import Sequence
from typing import Annotated

import msgspec
from msgspec import Meta

from moderation.domain.moderator import Scope
from moderation.flow.programs import Programs
from moderation.web.api.documents import token_members
from moderation.web.api.operations import AnyOperation, Call, Operation, Reply
from moderation.web.api.reading import Nothing
from moderation.web.api.shapes import NewToken, TokenList, TokenShape


class TokenWords(msgspec.Struct, kw_only=True, frozen=True):
    """A token to be made."""

    name: Annotated[str, Meta(description="1 to 60 characters; stands in the log.")]
    scopes: Annotated[
        list[Scope],
        Meta(
            min_length=1,
            max_length=3,
            description="`moderate` may what `read` may, `admin` may everything.",
        ),
    ]
    sites: Annotated[
        list[str], Meta(max_length=50, description="Ids of sites; empty: all there are.")
    ] = []


class Tokens:
    """``/api/v1/tokens``."""

    def __init__(self, programs: Programs) -> None:
        self._programs = programs

    def operations(self) -> Sequence[AnyOperation]:
        return [
            Operation(
                method="GET",
                path="/api/v1/tokens",
                name="listTokens",
                noun="Tokens",
                summary="List tokens",
                scope=Scope.ADMIN,
                run=self.everyone,
                query=Nothing,
                body=Nothing,
                answers={200: TokenList},
                refusals={},
                note="Their secrets are not kept and cannot be told.",
            ),
            Operation(
                method="POST",
                path="/api/v1/tokens",
                name="createToken",
                noun="Tokens",
                summary="Make a token",
                scope=Scope.ADMIN,
                run=self.create,
                query=Nothing,
                body=TokenWords,
                answers={201: NewToken},
                refusals={},
                note="The secret is told this once. A token that is limited to some sites makes "
                "only such as are limited to no more than these.",
            ),
            Operation(
                method="DELETE",
                path="/api/v1/tokens/{id}",
                name="revokeToken",
                noun="Tokens",
                summary="Revoke a token",
                scope=Scope.ADMIN,
                run=self.revoke,
                query=Nothing,
                body=Nothing,
                answers={204: None},
                refusals={404: "No such token, or it was revoked already."},
                note="It is good for nothing from now on. A token may revoke itself.",
            ),
        ]

    async def everyone(self, call: Call[Nothing, Nothing]) -> Reply:
        found = await self._programs.everyone(within=call.sites)
        return Reply(TokenList(tokens=[TokenShape(**token_members(t)) for t in found]))

    async def create(self, call: Call[Nothing, TokenWords]) -> Reply:
        body = call.body
        token, secret = await self._programs.create(
            body.name, body.scopes, body.sites, within=call.sites
        )
        return Reply(NewToken(**token_members(token), token=secret), 201)

    async def revoke(self, call: Call[Nothing, Nothing]) -> Reply:
        await self._programs.revoke(call.id, within=call.sites)
        return Reply(None, 204)
