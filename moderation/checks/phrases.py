"""Whether one of the owner's phrases stands anywhere in a comment."""

from collections.abc import Iterable

from moderation.checks.contract import Case, Check, Tools
from moderation.domain.opinion import Opinion, Verdict
from moderation.text.markup import plain
from moderation.text.words import contains_phrase, fold


class Phrases:
    """Looks for the owner's phrases as whole words, folded: case, accents and disguises aside.

    Whole words, because a list that finds “press” in “WordPress” teaches owners not to
    use it. A phrase of the spam list decides alone.
    """

    name = "phrases"
    deadline_seconds = 1.0
    remote = False

    def __init__(self, tools: Tools) -> None:
        self._spam = _kept(tools.settings.checks.phrases_spam)
        self._hold = _kept(tools.settings.checks.phrases_hold)

    async def examine(self, case: Case) -> Opinion:
        if not self._spam and not self._hold:
            return Opinion(self.name, Verdict.NOT_RUN, "The owner has set no phrases.")
        places = _places(case)
        found = _find(self._spam, places)
        if found:
            return Opinion(
                self.name,
                Verdict.SPAM,
                f"{found}, which the owner treats as spam.",
                score=1.0,
                decisive=True,
            )
        found = _find(self._hold, places)
        if found:
            return Opinion(self.name, Verdict.HOLD, f"{found}, which the owner holds.", score=0.3)
        return Opinion(self.name, Verdict.UNSURE, "None of the owner's phrases was found.")


def _kept(phrases: Iterable[str]) -> tuple[str, ...]:
    return tuple(phrase.strip() for phrase in phrases if phrase.strip())


def _places(case: Case) -> tuple[tuple[str, str], ...]:
    """Every place to look at, folded; the text both as sent and as read, where no tag splits it."""
    places = (
        ("the name", case.author.name),
        ("the e-mail address", case.author.email),
        ("the author's website", case.author.url),
        ("the text", case.text),
        ("the text as readers would see it", plain(case.html)),
        ("the title", case.title),
        ("the source's address", case.source or ""),
        ("the sender's address", case.client.address),
        ("the sender's user agent", case.client.user_agent),
    )
    return tuple((place, fold(words)) for place, words in places if words)


def _find(phrases: tuple[str, ...], places: tuple[tuple[str, str], ...]) -> str:
    """Say which phrase stands where, or "" when none does."""
    for phrase in phrases:
        for place, words in places:
            if contains_phrase(words, phrase):
                return f"“{phrase}” stands in {place}"
    return ""


def make(tools: Tools) -> Check:
    return Phrases(tools)
