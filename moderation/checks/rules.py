"""Whether one of the owner's rules fits a comment: those of the dashboard and of the settings."""

import asyncio
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

from moderation.checks._rulebook import Hit, Rulebook, lists_in
from moderation.checks._shelf import SHELF
from moderation.checks.contract import Case, Check, Tools
from moderation.domain.opinion import Opinion, Verdict
from moderation.domain.rule import ListName, Rule, What
from moderation.text.words import fold

SETTINGS = "settings"  # who made the rules of the settings file
OF_FILE = "settings:"  # how their ids begin; those of kept rules have no colon
MANY = 500  # rules that are made ready aside
NAMED = 3  # rules named in the sentence
_LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)


class Rules:
    """Finds what the owner's rules look for. One that says spam decides alone.

    Phrases count as whole words only, because a list that finds “press” in “WordPress”
    teaches owners not to use it; case, accents and disguises aside. The rules are made
    ready once after each change of theirs.
    """

    name = "rules"
    deadline_seconds = 1.0
    remote = False

    def __init__(self, tools: Tools) -> None:
        self._records = tools.records
        self._clock = tools.clock
        checks = tools.settings.checks
        old_name_off = "phrases" in checks.off
        self._written = () if old_name_off else tuple(_of_settings(checks.phrases_hold, "hold"))
        if not old_name_off:
            self._written += tuple(_of_settings(checks.phrases_spam, "spam"))
        self._written += tuple(_of_lists(checks.lists_hold, Verdict.HOLD))
        self._written += tuple(_of_lists(checks.lists_spam, Verdict.SPAM))
        self._kept: Sequence[Rule] | None = None
        self._book = Rulebook(())
        self._turn = asyncio.Lock()

    async def examine(self, case: Case) -> Opinion:
        book = await self._current(case.glance.rules if case.glance else None)
        if not book:
            return Opinion(self.name, Verdict.NOT_RUN, "The owner has set no rules.")
        hits = book.hits(case, self._clock.now())
        if not hits:
            return Opinion(self.name, Verdict.UNSURE, "None of the owner's rules fits.")
        spam = hits[0].rule.verdict is Verdict.SPAM
        own = any(h.rule.verdict is Verdict.SPAM and h.rule.what is not What.LIST for h in hits)
        return Opinion(
            self.name,
            Verdict.SPAM if spam else Verdict.HOLD,
            sentence(hits),
            score=1.0 if own else 0.9 if spam else 0.3,
            decisive=own,  # a list was written by others: it has one voice
            rules=tuple(hit.rule.id for hit in hits if not hit.rule.id.startswith(OF_FILE)),
        )

    async def _current(self, edition: int | None) -> Rulebook:
        """The rules made ready, anew where they have changed; one makes them for all who ask."""
        async with self._turn:
            kept = await self._records.rules(edition)
            if kept is not self._kept:
                every = (*self._written, *kept)
                on = lists_in(every)
                lists = await self._records.lists(on) if on else {}
                many = len(every) > MANY
                self._book = (
                    await asyncio.to_thread(Rulebook, every, lists)
                    if many
                    else Rulebook(every, lists)
                )
                self._kept = kept
            return self._book


def sentence(hits: Sequence[Hit]) -> str:
    """What was found where, of the gravest rules; how many more there are."""
    first = hits[0].rule.verdict
    told = [hit for hit in hits if hit.rule.verdict is first][:NAMED]
    found = ", ".join(_found(hit) for hit in told)
    more = len(hits) - len(told)
    also = f"; {more} more {'rule fits' if more == 1 else 'rules fit'}" if more else ""
    does = "treats as spam" if first is Verdict.SPAM else "holds"
    return f"{found[0].upper()}{found[1:]}, which the owner {does}{also}."


def _found(hit: Hit) -> str:
    if hit.rule.what is What.SCRIPT:
        return f"most letters are {hit.rule.key}"
    if hit.rule.what is What.LIST:
        title = SHELF[ListName(hit.rule.key)].title
        return f"“{hit.found}” in {hit.where} stands on the list “{title}”"
    value = "".join(c if c.isprintable() else " " for c in hit.rule.value)
    return f"“{value}” stands in {hit.where}"


def _of_settings(phrases: Iterable[str], verdict: str) -> Iterable[Rule]:
    for phrase in phrases:
        key = fold(phrase)
        if key:
            yield Rule(
                id=f"{OF_FILE}{verdict}:{key}",
                site="",
                what=What.PHRASE,
                value=phrase.strip(),
                key=key,
                verdict=Verdict(verdict),
                note="",
                made_by=SETTINGS,
                made_at=_LONG_AGO,
            )


def _of_lists(names: Iterable[ListName], verdict: Verdict) -> Iterable[Rule]:
    for name in names:
        yield Rule(
            id=f"{OF_FILE}list:{name}",
            site="",
            what=What.LIST,
            value=name,
            key=name,
            verdict=verdict,
            note="",
            made_by=SETTINGS,
            made_at=_LONG_AGO,
        )


def make(tools: Tools) -> Check:
    return Rules(tools)
