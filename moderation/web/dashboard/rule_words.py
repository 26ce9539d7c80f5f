"""What the pages about rules say of them, in words."""

from moderation.domain.comment import Status
from moderation.domain.opinion import Verdict
from moderation.domain.rule import Rule, What
from moderation.flow.apply import Applied, Waiting
from moderation.flow.trial import Tried
from moderation.web.dashboard.notices import Notices, counted
from moderation.web.session import HOME

RULES = f"{HOME}/rules"
WHERE = {
    What.PHRASE: "A word or phrase, anywhere",
    What.LINK: "A link to this host",
    What.WEBSITE: "The website named, at this host",
    What.NETWORK: "The network address, or a range",
    What.EMAIL: "The e-mail address, or its @domain",
    What.NAME: "The whole name of who wrote it",
    What.SCRIPT: "The writing of most letters",
    What.LIST: "A host on this list",
    What.WAVE: "Nearly identical to what was decided",
}
STATUS_WORDS = {Status.APPROVED: "approved", Status.HELD: "waiting", Status.SPAM: "spam"}


def in_words(rule: Rule) -> str:
    """``a link to this host, “spam.example”, is held``"""
    where = WHERE[rule.what]
    does = "is spam" if rule.verdict is Verdict.SPAM else "is held"
    return f"{where[0].lower()}{where[1:]}, “{rule.value}”, {does}"


def caught_words(tried: Tried) -> str:
    """``Of the last 2,000 comments it would have caught 14: 13 spam, 1 approved.``"""
    looked = f"Of the last {counted(tried.looked_at)}"
    if not tried.number:
        return f"{looked} it would have caught none."
    parts = ", ".join(
        f"{tried.by_status[status]} {STATUS_WORDS.get(status, 'in the trash')}"
        for status in (Status.SPAM, Status.APPROVED, Status.HELD, Status.TRASH)
        if tried.by_status.get(status)
    )
    return f"{looked} it would have caught {tried.number}: {parts}."


def fits_words(waiting: Waiting, what: str = "it") -> str:
    """``12 comments that wait fit it.``"""
    if waiting.number == 1 and waiting.whole:
        return f"1 comment that waits fits {what}."
    least = "" if waiting.whole else "At least "
    return f"{least}{waiting.number:,} comments that wait fit {what}."


def applied_words(applied: Applied) -> str:
    """What an application did beside its decision, of which the log tells."""
    parts = []
    if applied.kept:
        many = len(applied.kept) > 1
        parts.append(
            f"{counted(len(applied.kept))} {'wait' if many else 'waits'} on, and the rule is named"
            f" beside {'them' if many else 'it'}."
        )
    if applied.left:
        parts.append(f"{applied.left:,} more fit: apply again.")
    if not (applied.kept or applied.decision_id):
        parts.insert(0, "Nothing that waits was changed.")
    return " ".join(parts)


def applied_notice(notices: Notices, applied: Applied, words: str = "") -> str:
    """The notice of an application, after other words, with its undo."""
    told = f"{words} {applied_words(applied)}".strip()
    if applied.decision_id:
        return notices.of_decision(applied.decision_id, applied.refused, also=told)
    return notices.of_words(told)
