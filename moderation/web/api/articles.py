"""Articles: listed, made known, renamed, closed, moved."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated

import msgspec
from msgspec import Meta

from moderation.domain.errors import FieldFault, InvalidFields, Malformed, NotFound
from moderation.domain.moderator import Scope
from moderation.flow.catalogue import Catalogue, Change, Listed
from moderation.flow.relocate import Relocate
from moderation.formats.contract import Addresses
from moderation.signing import Signing
from moderation.text.clean import clean_text
from moderation.web.api.documents import article_shape
from moderation.web.api.operations import AnyOperation, Call, Operation, Reply
from moderation.web.api.reading import IDENT, Nothing, moment
from moderation.web.api.shapes import ArticleList, ArticleShape

CURSOR = "articles"
TITLE_LIMIT = 300  # characters

Address = Annotated[str, Meta(min_length=1, max_length=2048)]
Title = Annotated[str, Meta(description="1 to 300 characters.")] | None
Published = Annotated[datetime, Meta(tz=True, description="With a time zone.")] | None


class ArticleQuery(msgspec.Struct, kw_only=True, frozen=True):
    """Which articles, how many."""

    site: (
        Annotated[
            str,
            Meta(max_length=100, description="The id of a site; needed where there are several."),
        ]
        | None
    ) = None
    url: Annotated[str, Meta(max_length=2048, description="Any address of one article.")] | None = (
        None
    )
    limit: Annotated[int, Meta(ge=1, le=100)] = 20
    cursor: (
        Annotated[str, Meta(max_length=2000, description="`next` of the page before.")] | None
    ) = None


class Known(msgspec.Struct, kw_only=True, frozen=True):
    """An article the owner names."""

    url: Address
    title: Title = None
    published_at: Published = None


class ArticleEdit(msgspec.Struct, kw_only=True, frozen=True):
    """What is to be different; what is left out or null stays as it is."""

    title: Title = None
    published_at: Published = None
    open: Annotated[bool, Meta(description="Take replies.")] | None = None
    pings_open: Annotated[bool, Meta(description="Take pings.")] | None = None
    url: (
        Annotated[
            str,
            Meta(max_length=2048, description="The new address; the old one stays as alias."),
        ]
        | None
    ) = None
    aliases: Annotated[
        list[Address], Meta(max_length=50, description="Addresses to add; none is taken away.")
    ] = []
    merge: (
        Annotated[
            str,
            Meta(
                max_length=2048,
                description="Another article of the site, by an address or its id: its comments, "
                "pings and addresses become this one's. Stands alone.",
            ),
        ]
        | None
    ) = None


class Articles:
    """``/api/v1/articles``."""

    def __init__(
        self, catalogue: Catalogue, relocate: Relocate, signing: Signing, addresses: Addresses
    ) -> None:
        self._catalogue = catalogue
        self._relocate = relocate
        self._signing = signing
        self._addresses = addresses

    def operations(self) -> Sequence[AnyOperation]:
        return [*self._reading(), *self._writing()]

    def _reading(self) -> Sequence[AnyOperation]:
        return [
            Operation(
                method="GET",
                path="/api/v1/articles",
                name="listArticles",
                noun="Articles",
                summary="List the articles of a site, or find one by any of its addresses",
                scope=Scope.READ,
                run=self.page,
                query=ArticleQuery,
                body=Nothing,
                answers={200: ArticleList},
                refusals={400: "The cursor is of another list.", 404: "No such site."},
                note="In the order in which they were first known.",
            ),
            Operation(
                method="GET",
                path="/api/v1/articles/{id}",
                name="getArticle",
                noun="Articles",
                summary="Look at an article",
                scope=Scope.READ,
                run=self.one,
                query=Nothing,
                body=Nothing,
                answers={200: ArticleShape},
                refusals={404: "No such article."},
            ),
        ]

    def _writing(self) -> Sequence[AnyOperation]:
        return [
            Operation(
                method="POST",
                path="/api/v1/articles",
                name="knowArticle",
                noun="Articles",
                summary="Make an article known",
                scope=Scope.MODERATE,
                run=self.know,
                query=Nothing,
                body=Known,
                answers={200: ArticleShape, 201: ArticleShape},
                refusals={404: "The address is outside every site."},
                note="201 where it is new; 200 where it was there, and title and date are as "
                'given now. On a site with `articles = "known"` this is what makes it take '
                "replies.",
            ),
            Operation(
                method="PATCH",
                path="/api/v1/articles/{id}",
                name="editArticle",
                noun="Articles",
                summary="Rename, date, open, close, move or merge an article",
                scope=Scope.MODERATE,
                run=self.edit,
                query=Nothing,
                body=ArticleEdit,
                answers={200: ArticleShape},
                refusals={
                    404: "No such article.",
                    409: "Another article has this address, or the two cannot be one.",
                },
                note="A ping proves itself by a link to any address of an article, so links to "
                "the old one stay good after a move.",
            ),
        ]

    async def page(self, call: Call[ArticleQuery, Nothing]) -> Reply:
        query = call.query
        allowed = [site.id for site in self._catalogue.allowed(call.sites)]
        if query.site is not None and query.site not in allowed:
            raise NotFound("There is no such site.")
        if query.url is not None:
            listed = await self._catalogue.at(query.url, within=call.sites)
            fits = listed is not None and query.site in (None, listed.article.site)
            return Reply(
                ArticleList(articles=_shapes([listed] if listed and fits else []), next=None)
            )
        if query.site is None and len(allowed) != 1:
            raise InvalidFields([FieldFault("site", "missing", "Name one of the sites.")])
        site = query.site or allowed[0]
        found = await self._catalogue.page(
            site, after=self._after(site, query.cursor), limit=query.limit + 1
        )
        shown = found[: query.limit]
        more = len(found) > query.limit
        after = self._signing.sign(CURSOR, [site, shown[-1].article.id]) if more else None
        return Reply(ArticleList(articles=_shapes(shown), next=after))

    def _after(self, site: str, cursor: str | None) -> str:
        if cursor is None:
            return ""
        value = self._signing.value(CURSOR, cursor)
        if not isinstance(value, list) or len(value) != 2 or value[0] != site:
            raise Malformed("This cursor does not belong to this list.")
        return str(value[1])

    async def one(self, call: Call[Nothing, Nothing]) -> Reply:
        listed = await self._catalogue.one(call.id, within=call.sites)
        return Reply(_shape(listed))

    async def know(self, call: Call[Nothing, Known]) -> Reply:
        listed, new = await self._catalogue.know(
            call.body.url,
            title=_title(call.body.title),
            published_at=moment("published_at", call.body.published_at),
            within=call.sites,
        )
        where = self._addresses.at(f"/api/v1/articles/{listed.article.id}")
        return Reply(_shape(listed), 201 if new else 200, {"Location": where} if new else {})

    async def edit(self, call: Call[Nothing, ArticleEdit]) -> Reply:
        body = call.body
        change = Change(
            title=_title(body.title),
            published_at=moment("published_at", body.published_at),
            open=body.open,
            pings_open=body.pings_open,
            url=body.url,
            aliases=tuple(body.aliases),
        )
        if body.merge is not None:
            if change != Change():
                message = "Merge first, then say what else is to be different."
                raise InvalidFields([FieldFault("merge", "malformed", message)])
            return await self._merge(call, body.merge)
        if change == Change():
            raise InvalidFields([FieldFault("title", "missing", "Say what is to be different.")])
        listed = await self._catalogue.change(call.id, change, within=call.sites)
        return Reply(_shape(listed))

    async def _merge(self, call: Call[Nothing, ArticleEdit], other: str) -> Reply:
        target = await self._catalogue.one(call.id, within=call.sites)
        if IDENT.fullmatch(other):
            source = await self._catalogue.one(other, within=call.sites)
        else:
            found = await self._catalogue.at(other, within=call.sites)
            if found is None:
                raise NotFound("There is no article at the address to merge.")
            source = found
        await self._relocate.merge(source.article.url, target.article.url)
        return Reply(_shape(await self._catalogue.one(call.id, within=call.sites)))


def _title(given: str | None) -> str | None:
    if given is None:
        return None
    title = clean_text(given, lines=False)
    if not title:
        raise InvalidFields([FieldFault("title", "missing", "A title has a word at least.")])
    if len(title) > TITLE_LIMIT:
        message = f"The title is longer than {TITLE_LIMIT} characters."
        raise InvalidFields([FieldFault("title", "too_long", message)])
    return title


def _shape(listed: Listed) -> ArticleShape:
    return article_shape(listed.article, listed.aliases)


def _shapes(found: Sequence[Listed]) -> list[ArticleShape]:
    return [_shape(listed) for listed in found]
