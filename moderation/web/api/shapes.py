"""What the API answers with: every key is always there, null or [] when there is nothing."""

from typing import Annotated, Any, TypeAlias

import msgspec
from msgspec import Meta

# Enumerations in answers are open: their words stand in the descriptions only.
Moment: TypeAlias = Annotated[str, Meta(extra_json_schema={"format": "date-time"})]
Address: TypeAlias = Annotated[str, Meta(extra_json_schema={"format": "uri"})]
StatusWord: TypeAlias = Annotated[str, Meta(description="`held`, `approved`, `spam` or `trash`.")]
WaitingWord: TypeAlias = (
    Annotated[str, Meta(description="Of a held one: `moderator`, `source` or `address`.")] | None
)


class Shape(msgspec.Struct, kw_only=True, frozen=True):
    """An answer."""


class AuthorShape(Shape, kw_only=True, frozen=True):
    """Who wrote it, as they say."""

    name: str | None
    email: str | None
    url: str | None


class PlaceShape(Shape, kw_only=True, frozen=True):
    """The article a comment belongs to."""

    id: str
    site: str
    url: Address
    title: str | None


class OpinionShape(Shape, kw_only=True, frozen=True):
    """What one check said of a comment."""

    check: str
    verdict: Annotated[
        str, Meta(description="`ham`, `spam`, `hold`, `unsure`, `unknown` or `not_run`.")
    ]
    score: Annotated[float, Meta(description="-1 surely ham … +1 surely spam.")]
    because: str


class CommentShape(Shape, kw_only=True, frozen=True):
    """A comment: anything that may appear in a thread, whatever door it came through."""

    id: str
    anchor: Annotated[str, Meta(description="The fragment on the article's page.")]
    kind: Annotated[str, Meta(description="`comment`, `pingback`, `trackback` or `webmention`.")]
    via: Annotated[list[str], Meta(description="All kinds it arrived by.")]
    type: Annotated[
        str, Meta(description="`reply`, `mention`, `like`, `repost`, `bookmark` or `rsvp`.")
    ]
    status: StatusWord
    waiting_for: WaitingWord
    version: Annotated[int, Meta(description="Grows with each decision and edit.")]
    article: PlaceShape
    parent: Annotated[str, Meta(description="The id of the comment answered.")] | None
    author: AuthorShape
    source: Annotated[str, Meta(description="Of a ping: the page that links.")] | None
    text: Annotated[str, Meta(description="Exactly what was sent.")]
    format: Annotated[str, Meta(description="`markdown`, `wordpress`, `plain` or `html`.")]
    html: Annotated[str, Meta(description="The text as it is shown, safe.")]
    received_at: Moment
    published_at: Annotated[Moment, Meta(description="The date readers see.")]
    edited_at: Moment | None
    ip: Annotated[str, Meta(description="Where it came from, as long as that is kept.")] | None
    opinions: list[OpinionShape]


class LogShape(Shape, kw_only=True, frozen=True):
    """One transition of a comment."""

    id: str
    decision: str
    at: Moment
    by: Annotated[str, Meta(description="The moderator, the token, or the service.")]
    door: Annotated[
        str, Meta(description="`dashboard`, `api`, `mail`, `cli`, `writer` or `machine`.")
    ]
    action: str
    from_status: Annotated[str, Meta(description="null when it was received.")] | None
    to_status: Annotated[str, Meta(description="null when it was deleted.")] | None
    version: Annotated[int, Meta(description="Of the comment after it.")]
    reason: str | None
    before: (
        Annotated[
            dict[str, Any],
            Meta(
                description="Of an edit: text, name, email, url as they were; of a ping title, "
                "type and source too."
            ),
        ]
        | None
    )
    undone_by: Annotated[str, Meta(description="The decision that took this one back.")] | None


class CommentWithLog(CommentShape, kw_only=True, frozen=True):
    """A comment and its whole story, oldest first."""

    log: list[LogShape]


class Decided(CommentShape, kw_only=True, frozen=True):
    """A comment after a decision; after `delete`, as it last was."""

    decision: Annotated[str, Meta(description="What to undo.")]


class CommentList(Shape, kw_only=True, frozen=True):
    """A page of comments."""

    comments: list[CommentShape]
    next: Annotated[str, Meta(description="The `cursor` of the next page.")] | None
    total: Annotated[int, Meta(description="How many there are on all pages.")]
    total_exact: Annotated[bool, Meta(description="False: there are more than `total`.")]
    snapshot: Annotated[str, Meta(description="For one decision on all of them.")] | None


class Brief(Shape, kw_only=True, frozen=True):
    """A comment's state after a decision on many."""

    id: str
    status: StatusWord
    waiting_for: WaitingWord
    version: int


class Refused(Shape, kw_only=True, frozen=True):
    """A comment that was left as it is, and why."""

    id: str
    code: str
    detail: str


class DecisionShape(Shape, kw_only=True, frozen=True):
    """What a decision on many did."""

    decision: Annotated[str, Meta(description="What to undo; null when nothing was done.")] | None
    comments: list[Brief]
    refused: list[Refused]
    left: Annotated[int, Meta(description="How many are still to be decided: ask again.")]


class ArticleShape(Shape, kw_only=True, frozen=True):
    """A page of the blog."""

    id: str
    site: str
    url: Annotated[Address, Meta(description="The canonical address.")]
    aliases: Annotated[list[str], Meta(description="Its other addresses.")]
    title: str | None
    published_at: Moment | None
    existence: Annotated[str, Meta(description="`unknown`, `found`, `missing` or `unreachable`.")]
    open: Annotated[bool, Meta(description="It takes replies.")]
    pings_open: Annotated[bool, Meta(description="It takes pings.")]
    count: Annotated[int, Meta(description="Approved comments, reactions not counted.")]
    revision: Annotated[int, Meta(description="Grows with every change of what readers see.")]
    created_at: Moment


class ArticleList(Shape, kw_only=True, frozen=True):
    """A page of articles."""

    articles: list[ArticleShape]
    next: Annotated[str, Meta(description="The `cursor` of the next page.")] | None


class RuleShape(Shape, kw_only=True, frozen=True):
    """A rule of the owner."""

    id: str
    what: Annotated[
        str,
        Meta(
            description="`phrase`, `link`, `website`, `network`, `email`, `name`, `script`, `list` "
            "or `wave`."
        ),
    ]
    value: str
    verdict: Annotated[str, Meta(description="`hold` or `spam`.")]
    site: Annotated[str, Meta(description="null: all sites.")] | None
    note: str | None
    made_by: str
    made_at: Moment
    expires_at: Moment | None
    hits: Annotated[int, Meta(description="How many comments it fitted.")]
    hit_at: Annotated[Moment, Meta(description="The last time.")] | None
    removed_by: str | None
    removed_at: Moment | None


class RuleDetail(RuleShape, kw_only=True, frozen=True):
    """A rule, and what waits that it could be put on."""

    waiting: Annotated[int, Meta(description="How many comments that wait it fits.")]
    waiting_exact: Annotated[bool, Meta(description="false: there may be more.")]


class RuleList(Shape, kw_only=True, frozen=True):
    """A page of rules."""

    rules: list[RuleShape]
    next: Annotated[str, Meta(description="The `cursor` of the next page.")] | None
    total: int


class TriedComment(Shape, kw_only=True, frozen=True):
    """A past comment that a rule fits, and where."""

    id: str
    status: StatusWord
    where: str


class TriedShape(Shape, kw_only=True, frozen=True):
    """What a rule would have caught."""

    looked_at: Annotated[int, Meta(description="Past comments, the newest.")]
    caught: int
    by_status: Annotated[dict[str, int], Meta(description="How many of `caught` are what now.")]
    comments: Annotated[
        list[TriedComment], Meta(description="The first 25, what readers see before the rest.")
    ]
    waiting: Annotated[int, Meta(description="How many comments that wait it fits.")]
    waiting_exact: Annotated[bool, Meta(description="false: there may be more.")]


class TokenShape(Shape, kw_only=True, frozen=True):
    """A program's key to the API, without its secret."""

    id: str
    name: str
    scopes: Annotated[list[str], Meta(description="`read`, `moderate`, `admin`.")]
    sites: Annotated[list[str], Meta(description="Empty: all.")]
    created_at: Moment
    used_at: Annotated[Moment, Meta(description="To five minutes.")] | None
    revoked_at: Moment | None


class TokenList(Shape, kw_only=True, frozen=True):
    """All tokens, the oldest first."""

    tokens: list[TokenShape]


class NewToken(TokenShape, kw_only=True, frozen=True):
    """A token just made."""

    token: Annotated[str, Meta(description="Told this once: `Authorization: Bearer TOKEN`.")]


class FieldShape(Shape, kw_only=True, frozen=True):
    """What is wrong with one member or parameter."""

    field: str
    code: Annotated[str, Meta(description="`missing`, `too_long` or `malformed`.")]
    message: str


class Problem(Shape, kw_only=True, frozen=True):
    """A refusal as RFC 9457 has it."""

    type: str
    title: str
    status: int
    detail: str
    code: str
    errors: list[FieldShape]


class Conflict(Problem, kw_only=True, frozen=True):
    """A refusal with the state that stands in the way."""

    current: CommentShape | None
