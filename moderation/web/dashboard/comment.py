"""One comment's page: everything about it, its words to be changed, and a reply to it."""

from collections.abc import Mapping, Sequence

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from moderation.checks.learned import wording
from moderation.domain.comment import Author, Badge, Comment
from moderation.domain.decision import MOVES, Action
from moderation.domain.errors import (
    Duplicate,
    Fault,
    FieldFault,
    InvalidFields,
    VersionRequired,
    VersionStale,
)
from moderation.domain.moderator import Role, Scope
from moderation.domain.rule import What
from moderation.domain.site import Site
from moderation.faults import http_status
from moderation.flow.answer import Answer
from moderation.flow.block import choices
from moderation.flow.revise import Revise, Words
from moderation.flow.see import See, Seen
from moderation.flow.sources import Sources
from moderation.flow.study import Study
from moderation.text.fields import read_comment, read_email, read_name, read_url
from moderation.text.markup import links_of
from moderation.text.urls import host_of
from moderation.web.dashboard.cards import Cards
from moderation.web.dashboard.form import Form, id_in
from moderation.web.dashboard.guard import Guard
from moderation.web.dashboard.notices import Notice, Notices
from moderation.web.dashboard.screens import Screens
from moderation.web.dashboard.sources import DAYS
from moderation.web.dashboard.story import chapters, since_judged
from moderation.web.dashboard.trace import Origin, looks
from moderation.web.session import HOME, Visit, own_path

MOST_HOSTS = 5  # of links that rules are offered for
EDITED = ("comment", "author", "email", "url")  # the names readers' forms have


class CommentPage:
    """``/dashboard/comments/ID``, ``…/edit``, ``…/reply`` and the question before ``…/delete``."""

    def __init__(
        self,
        see: See,
        revise: Revise,
        answer: Answer,
        sources: Sources,
        sites: Sequence[Site],
        cards: Cards,
        notices: Notices,
        screens: Screens,
        study: Study,
    ) -> None:
        self._see = see
        self._sources = sources
        self._sites = tuple(sites)
        self._revise = revise
        self._answer = answer
        self._cards = cards
        self._notices = notices
        self._screens = screens
        self._study = study

    def routes(self, guard: Guard) -> list[Route]:
        at = "/dashboard/comments/{id}"
        return [
            Route(at, guard.page(self.show), methods=["GET"]),
            Route(f"{at}/edit", guard.deed(self.edit), methods=["POST"]),
            Route(f"{at}/reply", guard.deed(self.reply), methods=["POST"]),
            Route(f"{at}/delete", guard.page(self.ask, Scope.MODERATE), methods=["GET"]),
            Route(f"{at}/{{action}}", guard.page(self.to_page), methods=["GET"]),
        ]

    async def show(self, request: Request, visit: Visit) -> Response:
        return await self._page(request, visit, id_in(request))

    async def to_page(self, request: Request, visit: Visit) -> Response:
        """Where a deed's address is asked for as a page, as after signing in anew."""
        return self._screens.go(f"{HOME}/comments/{id_in(request)}")

    async def ask(self, request: Request, visit: Visit) -> Response:
        """Deleting for good takes two steps."""
        seen = await self._see.comment(id_in(request))
        if Action.DELETE not in MOVES[seen.comment.status]:
            return await self.to_page(request, visit)
        return await self._screens.page(
            "delete",
            visit,
            title="Delete this comment for good?",
            target=f"{HOME}/comments/{seen.comment.id}/delete",
            fields=[("version", str(seen.comment.version))],
            back=own_path(request.query_params.get("next", "")),
            card=self._cards.card(seen),
        )

    async def stale(
        self, request: Request, visit: Visit, comment_id: str, fault: Fault
    ) -> Response:
        """Somebody was first: say who, and show what the comment is now."""
        return await self._page(request, visit, comment_id, fault=fault)

    async def edit(self, request: Request, visit: Visit, form: Form) -> Response:
        comment_id = id_in(request)
        seen = await self._see.comment(comment_id)
        typed = {name: form.first(name) for name in EDITED}
        try:
            words = read_words(typed, seen.comment)
            version = form.first("version")
            if not version.isdecimal() or len(version) > 9:
                raise VersionRequired
            if int(version) == seen.comment.version and not changes(words, seen.comment):
                said = self._notices.of_words("Nothing was changed.")
            else:
                await self._revise.edit(comment_id, words, visit.actor, version=int(version))
                said = self._notices.of_words("Your changes are saved.")
        except (InvalidFields, VersionStale, VersionRequired) as fault:
            return await self._page(request, visit, comment_id, fault=fault, typed=typed)
        return self._screens.go(f"{HOME}/comments/{comment_id}", said=said)

    async def reply(self, request: Request, visit: Visit, form: Form) -> Response:
        """Answer as oneself; what waited is approved by it."""
        comment_id = id_in(request)
        typed = {"reply": form.first("comment")}
        try:
            errors: list[FieldFault] = []
            text = read_comment({"comment": typed["reply"]}, errors)
            if errors:
                raise InvalidFields([FieldFault("reply", e.code, e.message) for e in errors])
            version = form.first("version")
            who = visit.moderator
            await self._answer.reply(
                comment_id,
                text,
                visit.actor,
                author=Author(who.name, who.email),
                badge=Badge.OWNER if who.role is Role.OWNER else Badge.MODERATOR,
                version=int(version) if version.isdecimal() and len(version) < 10 else None,
            )
        except (InvalidFields, VersionStale, Duplicate) as fault:
            return await self._page(request, visit, comment_id, fault=fault, typed=typed)
        said = self._notices.of_words("Your reply is published.")
        return self._screens.go(own_path(form.first("next")), said=said)

    async def _page(
        self,
        request: Request,
        visit: Visit,
        comment_id: str,
        *,
        fault: Fault | None = None,
        typed: Mapping[str, str] | None = None,
    ) -> Response:
        """The page; with a fault it says what did not work, and keeps what was typed."""
        seen = await self._see.comment(comment_id)
        comment = seen.comment
        errors: dict[str, str] = {}
        if isinstance(fault, InvalidFields):
            errors = {error.field: error.message for error in fault.errors}
        story = chapters(seen)
        kept = {
            "comment": comment.text,
            "author": comment.author.name,
            "email": comment.author.email,
            "url": comment.author.url,
            "reply": "",
        }
        return await self._screens.page(
            "comment",
            visit,
            title=f"A {comment.kind} on “{seen.article.title or seen.article.url}”",
            status=http_status(fault) if fault is not None else 200,
            request=request if fault is None else None,
            notice=Notice(str(fault), alert=True) if fault is not None else None,
            seen=seen,
            card=self._cards.card(seen),
            story=story,
            changed=since_judged(comment, story),
            reasons=await self._study.reasons(comment),
            told=wording.told,
            origin=await self._origin(seen),
            days=DAYS,
            sites=self._sites,
            values=kept | dict(typed or {}),
            typed=dict(typed or {}),
            errors=errors,
            own=f"{HOME}/comments/{comment.id}",
            traits=traits(comment),
        )

    async def _origin(self, seen: Seen) -> Origin | None:
        """Of a ping: the place it came from, and what may be blocked."""
        if seen.ping is None:
            return None
        known = await self._sources.of_comment(seen.site, seen.comment.id)
        place = known.place if known is not None else None
        return Origin(known, tuple(choices(seen.ping.source, place)), looks(seen.ping))


def traits(comment: Comment) -> list[tuple[str, str, str]]:
    """What a rule could look for in what is like this comment: kind of rule, value, in words."""
    found = []
    hosts = (host_of(link) for link in links_of(comment.html))
    for host in list(dict.fromkeys([*hosts, host_of(comment.source or "")]))[:MOST_HOSTS]:
        if host:
            found.append((What.LINK.value, host, f"links to {host}"))
    website = host_of(comment.author.url)
    if website and not comment.kind.is_ping:
        found.append((What.WEBSITE.value, website, f"websites at {website}"))
    if comment.author.email:
        found.append((What.EMAIL.value, comment.author.email, f"from {comment.author.email}"))
    if comment.client.address:
        address = comment.client.address
        found.append((What.NETWORK.value, address, f"sent from {address}"))
    if comment.author.name and not comment.kind.is_ping:
        found.append((What.NAME.value, comment.author.name, f"by “{comment.author.name}”"))
    return found


def read_words(typed: Mapping[str, str], comment: Comment) -> Words:
    """Read the edited fields as readers' are read. Raises InvalidFields with all faults at once.

    A ping may have no text: its page may have said nothing around the link.
    """
    errors: list[FieldFault] = []
    empty = comment.kind.is_ping and not typed["comment"].strip()
    text = "" if empty else read_comment(typed, errors)
    words = Words(
        text=text,
        name=read_name(typed, errors),
        email=read_email(typed, errors),
        url=read_url(typed, errors),
    )
    if errors:
        raise InvalidFields(errors)
    return words


def changes(words: Words, comment: Comment) -> bool:
    """Whether anything is said differently; browsers level line ends."""
    author = comment.author
    kept = (comment.text, author.name, author.email, author.url)
    return (words.text, words.name, words.email, words.url) != kept
