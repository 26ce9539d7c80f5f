"""The letters that are sent: what waits for a moderator, an address to confirm, an invitation."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import jinja2
from babel.dates import format_datetime

from moderation.domain.article import Article, Existence
from moderation.domain.comment import REACTIONS, Comment, Kind
from moderation.domain.moderator import Moderator
from moderation.domain.opinion import Opinion, Verdict
from moderation.domain.site import Hold, Site
from moderation.flow.passages import excerpted, folded, one_line, quoted
from moderation.notify.contract import Letter

SHOWN = 10  # comments in one letter at the most
TITLE_LIMIT = 80  # characters of a title


@dataclass(frozen=True, slots=True)
class ActLinks:
    """Signed addresses for one comment: GET shows, POST acts."""

    approve: str
    spam: str
    trash: str
    look: str  # the comment's page in the dashboard


@dataclass(frozen=True, slots=True)
class WaitingItem:
    """One comment that waits, and what a moderator should know of it."""

    comment: Comment
    article: Article
    opinions: tuple[Opinion, ...]
    links: ActLinks
    parent: Comment | None = None  # the comment it answers


@dataclass(frozen=True, slots=True)
class LetterLinks:
    """Addresses for the whole letter; `unsubscribe` "" leaves its header and line out."""

    queue: str
    unsubscribe: str = ""


@dataclass(frozen=True, slots=True)
class _Entry:
    """One comment as the templates show it; all of it plain text on one line but `excerpt`."""

    noun: str
    title: str
    article_url: str
    facts: tuple[tuple[str, str], ...]  # label, value
    reasons: tuple[str, ...]
    excerpt: str
    cut: bool
    links: ActLinks


@dataclass(frozen=True, slots=True)
class Letters:
    """Composes letters. Pure: the same facts make the same letter."""

    environment: jinja2.Environment
    public_url: str  # without a trailing "/"
    sites: Sequence[Site]

    def waiting(
        self,
        moderator: Moderator,
        items: Sequence[WaitingItem],
        counts: Mapping[Kind, int],
        *,
        links: LetterLinks,
        letter_id: str,
    ) -> Letter:
        """Tell a moderator what waits: one comment, or the ten newest of `items` and how many.

        `counts` is all that waits for a moderator, by kind. Raises ValueError without items.
        """
        if not items:
            raise ValueError("a letter about nothing")
        newest = sorted(items, key=lambda i: (i.comment.received_at, i.comment.id), reverse=True)
        entries = [self._entry(item) for item in newest[:SHOWN]]
        total = max(sum(counts.values()), len(items))
        name = self._name_of({item.comment.site for item in items})
        what = f"{total} comments wait"
        if len(items) == 1:
            title = entries[0].title
            what = f"A {entries[0].noun} waits" + (f": “{title}”" if title else "")
        return self._letter(
            "waiting",
            letter_id,
            to=moderator.email,
            subject=f"[{name}] {what}",
            headers=_list_headers(links.unsubscribe),
            blog=name,
            entries=entries,
            total=total,
            more=total - len(entries),
            counted=_counted(counts) if len(counts) > 1 else "",
            links=links,
        )

    def confirm_address(
        self, email: str, *, site: Site, article: Article, confirm_url: str, letter_id: str
    ) -> Letter:
        """Ask whether an address is its writer's.

        Whoever typed it chose none of the words: no name, no text, and the article only
        as its owner's page names it, so that nobody can have us carry a message.
        """
        known = article.existence is Existence.FOUND
        return self._letter(
            "confirm",
            letter_id,
            to=email,
            subject=f"[{_site_name(site)}] Please confirm your address",
            blog=_site_name(site),
            title=one_line(article.title or "", TITLE_LIMIT) if known else "",
            page=article.url if known else site.url,
            url=confirm_url,
        )

    def invite(
        self, name: str, email: str, *, url: str, expires: datetime, letter_id: str
    ) -> Letter:
        """Invite somebody to moderate; `name` is what they will sign in with."""
        return self._letter(
            "invite",
            letter_id,
            to=email,
            subject=f"[{self._host()}] You are invited to moderate",
            name=one_line(name, TITLE_LIMIT),
            url=url,
            expires=_moment(expires, "UTC"),
        )

    def trouble(self, moderator: Moderator, what: str, *, letter_id: str) -> Letter:
        """Tell an owner once that something outside is wrong: `what` is a whole sentence."""
        return self._letter(
            "trouble",
            letter_id,
            to=moderator.email,
            subject=f"[{self._host()}] Akismet needs you to look",
            what=one_line(what, 400),
            url=f"{self.public_url}/dashboard/akismet",
        )

    def trial(self, email: str, *, letter_id: str) -> Letter:
        """Show that mail works."""
        return self._letter("trial", letter_id, to=email, subject=f"[{self._host()}] Mail works")

    def _letter(
        self,
        template: str,
        letter_id: str,
        *,
        to: str,
        subject: str,
        headers: tuple[tuple[str, str], ...] = (),
        **facts: object,
    ) -> Letter:
        facts |= {"subject": subject, "service": self.public_url, "quoted": quoted}
        text = self.environment.get_template(f"mail/{template}.txt").render(facts)
        html = self.environment.get_template(f"mail/{template}.html").render(facts)
        return Letter(letter_id, to, subject, folded(text) + "\n", html + "\n", headers)

    def _entry(self, item: WaitingItem) -> _Entry:
        comment, site = item.comment, self._site(item.comment.site)
        excerpt, cut = excerpted(comment.text)
        return _Entry(
            noun=_noun(comment),
            title=one_line(item.article.title or "", TITLE_LIMIT),
            article_url=item.article.url,
            facts=tuple(_facts(item, site, several=len(self.sites) > 1)),
            reasons=reasons(item.opinions, site, comment),
            excerpt=excerpt,
            cut=cut,
            links=item.links,
        )

    def _site(self, site_id: str) -> Site:
        found = (site for site in self.sites if site.id == site_id)
        return next(found, Site(id=site_id, url=""))  # no longer in the settings

    def _name_of(self, site_ids: set[str]) -> str:
        if len(site_ids) == 1:
            return _site_name(self._site(site_ids.pop()))
        return self._host()

    def _host(self) -> str:
        return urlsplit(self.public_url).hostname or "moderation"


def reasons(opinions: Sequence[Opinion], site: Site, comment: Comment) -> tuple[str, ...]:
    """Say in sentences why a comment waits: the checks' own words, or the site's setting."""
    telling = {Verdict.HOLD, Verdict.SPAM, Verdict.UNKNOWN}
    if any(o.verdict is Verdict.SPAM for o in opinions):
        telling.add(Verdict.HAM)  # they disagree: both sides
    said = tuple(one_line(o.because, 300) for o in opinions if o.verdict in telling and o.because)
    if said:
        return said
    if site.moderation.hold is Hold.ALL:
        return ("Everything waits for a moderator on this site.",)
    if site.moderation.hold is Hold.NONE:
        return ("It was put on hold.",)
    if comment.kind.is_ping:
        return ("Its source is not trusted yet.",)
    return ("Its author has not shown to be somebody approved before.",)


def _noun(comment: Comment) -> str:
    if comment.kind is Kind.WEBMENTION and comment.type in REACTIONS:
        return comment.type.value
    return comment.kind.value


def _facts(item: WaitingItem, site: Site, *, several: bool) -> list[tuple[str, str]]:
    """List what is known of who wrote it; what is empty is left out."""
    comment, author = item.comment, item.comment.author
    name = one_line(author.name, 100) or "(no name)"
    answered = item.parent.author.name if item.parent else ""
    facts = [
        ("Site", _site_name(site) if several else ""),
        ("Author", f"{name} (proven)" if comment.author_id else name),
        ("E-mail", one_line(author.email, 254)),
        ("Website", one_line(author.url, 2048)),
        ("Source", one_line(comment.source or "", 2048)),
        ("Page", one_line(comment.title, TITLE_LIMIT)),
        ("Reply to", one_line(answered, 100)),
        ("Received", _moment(comment.received_at, site.time_zone)),
    ]
    return [(label, value) for label, value in facts if value]


def _counted(counts: Mapping[Kind, int]) -> str:
    """Write ``3 comments, 1 pingback``."""
    some = ((kind.value, counts.get(kind, 0)) for kind in Kind)
    return ", ".join(f"{n} {kind}{'' if n == 1 else 's'}" for kind, n in some if n)


def _moment(moment: datetime, zone: str) -> str:
    """Write ``22 November 2026, 08:30 (Europe/Berlin)``."""
    local = moment.astimezone(ZoneInfo(zone))
    return f"{format_datetime(local, 'd MMMM y, HH:mm', locale='en')} ({zone})"


def _site_name(site: Site) -> str:
    name = re.sub(r"[\[\]]", "", one_line(site.name, 40))
    return name or urlsplit(site.url).hostname or site.id


def _list_headers(unsubscribe: str) -> tuple[tuple[str, str], ...]:
    """Offer to end the letters; by one click where RFC 8058 allows it, over https."""
    if not unsubscribe:
        return ()
    header = (("List-Unsubscribe", f"<{unsubscribe}>"),)
    if not unsubscribe.startswith("https:"):
        return header
    return (*header, ("List-Unsubscribe-Post", "List-Unsubscribe=One-Click"))
