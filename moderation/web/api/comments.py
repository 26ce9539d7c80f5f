"""Comments: listed, looked at, edited, answered."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any

import msgspec
from msgspec import Meta

from moderation.domain.comment import Author, Badge
from moderation.domain.errors import FieldFault, InvalidFields
from moderation.domain.moderator import Scope
from moderation.flow.answer import Answer
from moderation.flow.crowd import Crowd
from moderation.flow.revise import Revise, Words
from moderation.flow.see import See, Seen
from moderation.store.queue import mark_of
from moderation.text import fields
from moderation.web.api.documents import comment_members, log_line
from moderation.web.api.operations import AnyOperation, Call, Operation, Reply
from moderation.web.api.reading import Nothing, agreed, told
from moderation.web.api.selection import CommentQuery, Selection
from moderation.web.api.shapes import CommentList, CommentShape, CommentWithLog, Conflict

Version = Annotated[int, Meta(ge=1, description="The version seen; or `If-Match`.")] | None
Reason = Annotated[str, Meta(max_length=500, description="For the log.")] | None
NAMES = {"comment": "text", "author": "author.name", "email": "author.email", "url": "author.url"}
STALE = "Somebody decided first, or no version was named; `current` is the comment as it is."


class AuthorWords(msgspec.Struct, kw_only=True, frozen=True):
    """Who wrote it; what is left out stays as it is."""

    name: Annotated[str, Meta(description="At most 100 characters.")] | None = None
    email: Annotated[str, Meta(description="At most 254 characters.")] | None = None
    url: Annotated[str, Meta(description="At most 2,048 characters.")] | None = None


class Edit(msgspec.Struct, kw_only=True, frozen=True):
    """What is to be different; what is left out or null stays as it is."""

    text: Annotated[str, Meta(description="1 to 10,000 characters.")] | None = None
    author: AuthorWords | None = None
    version: Version = None
    reason: Reason = None


class ReplyWords(msgspec.Struct, kw_only=True, frozen=True):
    """An answer; its author is the token's name unless one is given."""

    text: Annotated[str, Meta(description="1 to 10,000 characters.")]
    author: AuthorWords | None = None
    version: Version = None


class Comments:
    """``/api/v1/comments``."""

    def __init__(
        self, see: See, revise: Revise, answer: Answer, crowd: Crowd, selection: Selection
    ) -> None:
        self._see = see
        self._revise = revise
        self._answer = answer
        self._crowd = crowd
        self._selection = selection

    def operations(self) -> Sequence[AnyOperation]:
        return [*self._reading(), *self._writing()]

    def _reading(self) -> Sequence[AnyOperation]:
        return [
            Operation(
                method="GET",
                path="/api/v1/comments",
                name="listComments",
                noun="Comments",
                summary="List comments",
                scope=Scope.READ,
                run=self.page,
                query=CommentQuery,
                body=Nothing,
                answers={200: CommentList},
                refusals={400: "The cursor is of another list.", 404: "No such site or article."},
                note="Pages stay whole while new comments arrive: nothing is left out or told "
                "twice, as long as nothing moves in or out of the list. A parameter without a "
                "value is one that was not given. Where very many have to be looked through a "
                "page may be shorter than `limit` and not be the last: go on until `next` is null. "
                "With `q` 1,000 are counted.",
            ),
            Operation(
                method="GET",
                path="/api/v1/comments/{id}",
                name="getComment",
                noun="Comments",
                summary="Look at a comment and its story",
                scope=Scope.READ,
                run=self.one,
                query=Nothing,
                body=Nothing,
                answers={200: CommentWithLog},
                refusals={404: "No such comment."},
                note="The `ETag` is the comment's version in quotes.",
            ),
        ]

    def _writing(self) -> Sequence[AnyOperation]:
        return [
            Operation(
                method="PATCH",
                path="/api/v1/comments/{id}",
                name="editComment",
                noun="Comments",
                summary="Change a comment's words or author",
                scope=Scope.MODERATE,
                run=self.edit,
                query=Nothing,
                body=Edit,
                answers={200: CommentShape, 409: Conflict},
                refusals={404: "No such comment.", 409: STALE},
                versioned=True,
                note="Needs the version seen. What stood before goes into the log.",
            ),
            Operation(
                method="POST",
                path="/api/v1/comments/{id}/reply",
                name="replyToComment",
                noun="Comments",
                summary="Answer as the owner",
                scope=Scope.MODERATE,
                run=self.reply,
                query=Nothing,
                body=ReplyWords,
                answers={201: CommentShape, 409: Conflict},
                refusals={404: "No such comment.", 409: STALE},
                versioned=True,
                note="The answer is shown at once. A comment that waits for a moderator is "
                "approved by it. The same answer again is refused as `duplicate`.",
            ),
        ]

    async def page(self, call: Call[CommentQuery, Nothing]) -> Reply:
        query = call.query
        after = self._selection.mark(query)
        wanted = await self._selection.filter(query, call.sites)
        if wanted is None:
            none = CommentList(comments=[], next=None, total=0, total_exact=True, snapshot=None)
            return Reply(none)
        snapshot = await self._crowd.snapshot(wanted)
        listed = await self._see.page(wanted, order=query.order, after=after, limit=query.limit + 1)
        shown = listed.lines[: query.limit]
        end = mark_of(shown[-1].comment) if len(listed.lines) > query.limit else listed.stopped
        shapes = [
            CommentShape(**comment_members(line.comment, line.article, line.opinions))
            for line in shown
        ]
        total = await self._see.total(wanted)
        return Reply(
            CommentList(
                comments=shapes,
                next=self._selection.cursor_after(end, query) if end is not None else None,
                total=total.number,
                total_exact=total.exact,
                snapshot=self._selection.write_snapshot(snapshot, query),
            )
        )

    async def one(self, call: Call[Nothing, Nothing]) -> Reply:
        seen = await self._see.comment(call.id, sites=call.sites)
        story = [log_line(entry) for entry in seen.story]
        document = CommentWithLog(**_members(seen), log=story)
        return Reply(document, headers=etag(seen.comment.version))

    async def edit(self, call: Call[Nothing, Edit]) -> Reply:
        body = call.body
        await self._see.comment(call.id, sites=call.sites)
        author = body.author or AuthorWords()
        given = {
            "comment": body.text,
            "author": author.name,
            "email": author.email,
            "url": author.url,
        }
        if all(value is None for value in given.values()):
            raise InvalidFields([FieldFault("text", "missing", "Say what is to be different.")])
        cleaned = _clean({name: value for name, value in given.items() if value is not None})
        words = Words(
            text=cleaned.get("comment"),
            name=cleaned.get("author"),
            email=cleaned.get("email"),
            url=cleaned.get("url"),
        )
        changed = await self._revise.edit(
            call.id,
            words,
            call.actor,
            version=agreed(call.if_match, body.version),
            reason=told(body.reason),
            sites=call.sites,
        )
        seen = await self._see.comment(call.id, sites=call.sites)
        document = CommentShape(**comment_members(changed, seen.article, seen.opinions))
        return Reply(document, headers=etag(changed.version))

    async def reply(self, call: Call[Nothing, ReplyWords]) -> Reply:
        body = call.body
        given = body.author or AuthorWords()
        cleaned = _clean(
            {
                "comment": body.text,
                "author": given.name or call.token.name,
                "email": given.email or "",
                "url": given.url or "",
            }
        )
        answer = await self._answer.reply(
            call.id,
            cleaned["comment"],
            call.actor,
            author=Author(cleaned["author"], cleaned["email"], cleaned["url"]),
            badge=Badge.OWNER if Scope.ADMIN in call.token.scopes else Badge.MODERATOR,
            version=agreed(call.if_match, body.version),
            sites=call.sites,
        )
        seen = await self._see.comment(answer.id, sites=call.sites)
        document = CommentShape(**_members(seen))
        return Reply(document, 201, etag(seen.comment.version))


def _members(seen: Seen) -> dict[str, Any]:
    return comment_members(seen.comment, seen.article, seen.opinions)


def etag(version: int) -> Mapping[str, str]:
    """A comment's tag is the version that ``If-Match`` takes."""
    return {"ETag": f'"{version}"'}


def _clean(given: Mapping[str, str]) -> dict[str, str]:
    """Clean and measure what was given. Raises InvalidFields with the API's names."""
    errors: list[FieldFault] = []
    readers = {
        "comment": fields.read_comment,
        "author": fields.read_name,
        "email": fields.read_email,
        "url": fields.read_url,
    }
    cleaned = {name: readers[name](given, errors) for name in given}
    if errors:
        raise InvalidFields([FieldFault(NAMES[e.field], e.code, e.message) for e in errors])
    return cleaned
