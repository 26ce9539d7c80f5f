"""The spam check's page: what it learnt, how well it does, and what it may do by itself."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from moderation.checks.learned import (
    APPROVE,
    FINE_AT,
    NEEDED_TO_APPROVE,
    SPAM_AT,
    STARTER,
    wording,
)
from moderation.domain.comment import Comment
from moderation.domain.errors import FieldFault, InvalidFields, NotFound
from moderation.domain.moderator import Scope
from moderation.domain.site import Site
from moderation.faults import http_status
from moderation.flow.backtest import STEPS, Policy, calibration
from moderation.flow.preferences import Preferences
from moderation.flow.study import LAST, Study
from moderation.store.journal_views import Past
from moderation.text import markup
from moderation.web.dashboard.form import Form
from moderation.web.dashboard.guard import Guard
from moderation.web.dashboard.notices import Notice, Notices
from moderation.web.dashboard.screens import Screens
from moderation.web.dashboard.words import author_name
from moderation.web.private import first_words
from moderation.web.session import HOME, Visit

PAGE = f"{HOME}/spam"
TOKEN_LIMIT = 300  # characters of a reason in an address
SHOWN_WORDS = 120
WRONG = 100  # comments listed
LEAST = 0.5  # a comment is no spam that is likelier none
TOO_ODD = "How sure it must be is a number from 0.5 to 1, such as 0.98."
SETS = {"spam_at": SPAM_AT, "approve": APPROVE, "starter": STARTER}


@dataclass(frozen=True, slots=True)
class Row:
    """A comment in a list; one that is deleted has no name any more."""

    id: str
    name: str
    words: str
    says: str


class SpamPages:
    """``/dashboard/spam``, ``…/wrong``, ``…/reason`` and ``…/settings``."""

    def __init__(
        self,
        study: Study,
        preferences: Preferences,
        sites: Sequence[Site],
        notices: Notices,
        screens: Screens,
    ) -> None:
        self._study = study
        self._preferences = preferences
        self._sites = tuple(sites)
        self._notices = notices
        self._screens = screens

    def routes(self, guard: Guard) -> list[Route]:
        save = guard.deed(self.save, Scope.ADMIN)
        return [
            Route("/dashboard/spam", guard.page(self.show), methods=["GET"]),
            Route("/dashboard/spam/wrong", guard.page(self.wrong), methods=["GET"]),
            Route("/dashboard/spam/reason", guard.page(self.reason), methods=["GET"]),
            Route("/dashboard/spam/try", guard.deed(self.trial, Scope.READ), methods=["POST"]),
            Route("/dashboard/spam/settings", save, methods=["POST"]),
        ]

    async def show(self, request: Request, visit: Visit) -> Response:
        """The page; with ``try`` in its address other thresholds are tried before saving."""
        site = self._site(request.query_params.get("site", ""))
        policy = await self._study.policy(site)
        try:
            tried = read_policy(request.query_params, policy)
        except InvalidFields as fault:
            return await self._page(request, visit, site, policy, fault)
        return await self._page(request, visit, site, tried)

    async def trial(self, request: Request, visit: Visit, form: Form) -> Response:
        """What is typed, tried: an address says it, so that nothing is kept."""
        site = self._site(form.first("site"))
        now = await self._study.policy(site)
        try:
            tried = read_policy(form.flat(), now)
        except InvalidFields as fault:
            return await self._page(request, visit, site, now, fault)
        return self._screens.go(f"{PAGE}?{query_of(site, tried)}#may")

    async def save(self, request: Request, visit: Visit, form: Form) -> Response:
        """Keep what was set, for a site or for all; what is locked is left out."""
        site = self._site(form.first("site"))
        now = await self._study.policy(site)
        try:
            wanted = self._wanted(form, read_policy(form.flat(), now), site)
            changed = await self._preferences.change(site, wanted, visit.actor)
        except InvalidFields as fault:
            return await self._page(request, visit, site, now, fault)
        said = "Your settings are saved." if changed else "Nothing was changed."
        query = f"?site={site}" if site else ""
        return self._screens.go(f"{PAGE}{query}", said=self._notices.of_words(said))

    def _wanted(self, form: Form, policy: Policy, site: str) -> dict[str, object]:
        if form.first("as_file"):
            wanted: dict[str, object] = dict.fromkeys(SETS.values(), None)
        else:
            wanted = {SPAM_AT: policy.spam_at, APPROVE: policy.approve}
            wanted[STARTER] = bool(form.first("starter"))
        if self._study.scope(site) != site:  # one model for all: it is not this site's to say
            del wanted[STARTER]
        return {k: v for k, v in wanted.items() if not self._preferences.is_locked(k)}

    async def wrong(self, request: Request, visit: Visit) -> Response:
        """Which decisions a policy would have got wrong."""
        site = self._site(request.query_params.get("site", ""))
        policy = read_policy(request.query_params, await self._study.policy(site))
        (tested,) = await self._study.tested(site, [policy])
        return await self._screens.page(
            "spam_wrong",
            visit,
            title="Decisions it would have got wrong",
            request=request,
            tested=tested,
            lost=await self._rows(tested.lost),
            let_in=await self._rows(tested.let_in),
            back=f"{PAGE}?{query_of(site, policy)}",
            shown=WRONG,
        )

    async def reason(self, request: Request, visit: Visit) -> Response:
        """The other comments that a reason stands in."""
        token = request.query_params.get("token", "")
        if not 0 < len(token) <= TOKEN_LIMIT or not token.isprintable():
            raise NotFound("There is no such reason.")
        found = await self._study.holders(token)
        said = {"spam": "called spam", "ham": "approved", "": "not decided on by anybody"}
        rows = [_row(h.comment_id, h.comment, said[h.taught]) for h in found]
        return await self._screens.page(
            "spam_reason",
            visit,
            title=f"Comments with {wording.name(token)}",
            request=request,
            reason=wording.name(token),
            rows=rows,
        )

    async def _page(
        self,
        request: Request,
        visit: Visit,
        site: str,
        tried: Policy,
        fault: InvalidFields | None = None,
    ) -> Response:
        study, in_force = self._study, await self._study.policy(site)
        past, _ = await study.past(site)
        policies = [tried, *(Policy(at, tried.approve) for at in STEPS if at != tried.spam_at)]
        tested = await study.tested(site, policies)
        spam, fine = await study.strongest(site)
        return await self._screens.page(
            "spam",
            visit,
            title="Spam check",
            status=http_status(fault) if fault is not None else 200,
            request=request if fault is None else None,
            notice=Notice("That cannot be set.", alert=True) if fault is not None else None,
            on=study.on,
            sites=self._sites,
            site=site,
            known=await study.known(site),
            in_force=in_force,
            tried=tested[0],
            table=sorted(tested, key=lambda one: one.policy.spam_at),
            bands=calibration(past),
            unseen=await study.unseen(site),
            spam=spam,
            fine=fine,
            starter=await self._preferences.value(site, STARTER) is not False,
            has_own_model=study.scope(site) == site,
            own=await self._preferences.own(site),
            locked=[name for name, key in SETS.items() if self._preferences.is_locked(key)],
            keys=SETS,
            changes=[c for c in await self._preferences.changes() if c.key in SETS.values()],
            in_file={name: self._preferences.in_file(key) for name, key in SETS.items()},
            errors={e.field: e.message for e in fault.errors} if fault is not None else {},
            wrong=f"{PAGE}/wrong?{query_of(site, tried)}",
            limits={"needed": NEEDED_TO_APPROVE, "fine_at": FINE_AT, "last": LAST},
            named=wording.name,
            may=visit.may(Scope.ADMIN),
        )

    def _site(self, asked: str) -> str:
        """The site that is meant, "" for all. Raises NotFound for one that is not there."""
        if asked and asked not in {site.id for site in self._sites}:
            raise NotFound("There is no such site.")
        return asked

    async def _rows(self, past: Sequence[Past]) -> list[Row]:
        listed = past[:WRONG]
        known = await self._study.named([one.comment_id for one in listed])
        return [
            _row(one.comment_id, known.get(one.comment_id), wording.leaning(one.probability or 0.0))
            for one in listed
        ]


def _row(comment_id: str, comment: Comment | None, says: str) -> Row:
    if comment is None:
        return Row(comment_id, "", "", says)
    words = first_words(markup.plain(comment.html), SHOWN_WORDS)
    return Row(comment_id, author_name(comment), words, says)


def read_policy(given: Mapping[str, str], now: Policy) -> Policy:
    """Read thresholds as a form or an address gives them; what is not there is as it is now.

    Raises InvalidFields for what is no number from 0.5 to 1.
    """
    spam_at = now.spam_at
    if "spam_at" in given:
        try:
            spam_at = float(given["spam_at"].strip().replace(",", "."))
        except ValueError:
            spam_at = -1.0
        if not LEAST <= spam_at <= 1:  # false for NaN too
            raise InvalidFields([FieldFault("spam_at", "malformed", TOO_ODD)])
    approve = bool(given.get("approve")) if "spam_at" in given else now.approve
    return Policy(spam_at, approve)


def query_of(site: str, policy: Policy) -> str:
    """Thresholds for an address."""
    query = {"site": site, "spam_at": f"{policy.spam_at:g}", "approve": "1" * policy.approve}
    return urlencode({name: value for name, value in query.items() if value})
