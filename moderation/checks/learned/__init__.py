"""What this owner's own decisions say of a comment: a model that can be opened, and taken back."""

from collections.abc import Mapping
from functools import lru_cache, partial
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from moderation.checks.learned import model, starter, tokens, wording
from moderation.checks.learned.facts import facts_of
from moderation.checks.learned.model import NO_STARTER, Weighing
from moderation.checks.learned.tokens import Fields, Reading
from moderation.domain.lesson import Evidence
from moderation.domain.opinion import Opinion, Verdict

if TYPE_CHECKING:  # the model alone, as the bench has it, needs neither settings nor asyncio
    from moderation.checks.contract import Case, Tools
    from moderation.checks.learned.mind import Mind

NAME = "learned"
NEEDED = 10  # decisions of each kind, before it calls anything spam
NEEDED_TO_APPROVE = 25
FINE_AT = 0.05  # probability of spam up to which it may speak for a comment
WORST_PART = 0.5  # of a comment it speaks for no paragraph is likelier spam than this
SPAM_AT, APPROVE, STARTER = (f"checks.learned.{name}" for name in ("spam_at", "approve", "starter"))


class Learned:
    """The check on the shelf, and what the dashboard asks of its model."""

    name = NAME
    features = tokens.VERSION
    deadline_seconds = 5.0
    remote = False

    def __init__(self, tools: "Tools") -> None:
        self._lessons = tools.lessons
        self._preferences = tools.preferences
        self._form_tokens = tools.tokens
        self._clock = tools.clock
        self._per_site = tools.settings.checks.learned_per_site
        self._minds: dict[tuple[str, bool], Mind] = {}

    async def examine(self, case: "Case") -> Opinion:
        reading = self.read(case)
        mind = await self.mind(case.site.id)
        model = await mind.model(newest=case.glance.lessons if case.glance else None)
        if model is None:
            because = "It is still learning what you decided."
            return Opinion(NAME, Verdict.NOT_RUN, because, evidence=_evidence(reading, None))
        weighing = model.weigh(reading.tokens, parts=reading.parts)
        spam, ham = model.spam, model.ham
        evidence = _evidence(reading, weighing)
        verdict = await self._verdict(case.site.id, min(spam, ham), evidence)
        because = wording.sentence(
            weighing.probability, weighing.reasons, starter=model.has_starter
        )
        if min(spam, ham) < NEEDED:
            because = f"{_too_few(spam, ham)} It would say: {because[0].lower()}{because[1:]}"
        score = 2 * weighing.probability - 1
        return Opinion(NAME, verdict, because, score, evidence=evidence)

    async def _verdict(self, site: str, known: int, evidence: Evidence) -> Verdict:
        if known < NEEDED or evidence.probability is None:
            return Verdict.NOT_RUN
        if evidence.probability >= await self.spam_at(site):
            return Verdict.SPAM
        fine = evidence.clear and evidence.probability <= FINE_AT
        if fine and known >= NEEDED_TO_APPROVE and await self._may_approve(site):
            return Verdict.HAM
        return Verdict.UNSURE

    async def spam_at(self, site: str) -> float:
        """The probability from which on it calls a comment spam."""
        value = await self._preferences.value(site, SPAM_AT)
        return value if isinstance(value, float | int) else 1.0

    async def _may_approve(self, site: str) -> bool:
        return await self._preferences.value(site, APPROVE) is True

    def read(self, case: "Case") -> Reading:
        """The tokens of a case, and of each of its paragraphs."""
        age = None
        if case.form_token:
            age = self._form_tokens.age(case.form_token, self._clock.now())
        fields = Fields(
            text=case.text,
            author=case.author.name,
            url=case.author.url,
            email=case.author.email,
            kind=case.kind.value,
            source=case.source or "",
            title=case.title,
            facts=facts_of(case, age),
        )
        return tokens.read(fields)

    async def evidence(self, case: "Case") -> Evidence:
        """What a comment teaches that was never examined, or under other tokens."""
        reading = self.read(case)
        model = await (await self.mind(case.site.id)).model()
        weighing = model.weigh(reading.tokens, parts=reading.parts, reasons=0) if model else None
        return _evidence(reading, weighing)

    def scope(self, site: str) -> str:
        """Whose decisions a site's model is made of: its own, or ("") everybody's."""
        return site if self._per_site else ""

    async def has_starter(self, scope: str) -> bool:
        """Whether a model begins with the starter."""
        return await self._preferences.value(scope, STARTER) is not False

    async def mind(self, site: str) -> "Mind":
        """The mind a site's comments are weighed by, with the starter model or without."""
        from moderation.checks.learned.mind import Mind

        scope = self.scope(site)
        with_starter = await self.has_starter(scope)
        key = scope, with_starter
        if key not in self._minds:
            form = f"{recipe()} {'starter' if with_starter else 'no starter'}"
            starting = partial(weights, with_starter)  # in a thread: it takes its time
            self._minds[key] = Mind(self._lessons, scope, form, starting)
            self._minds.pop((scope, not with_starter), None)
        return self._minds[key]


@lru_cache(maxsize=1)
def recipe() -> str:
    """What a kept model was made with: other tokens, arithmetic or starter make other numbers."""
    made_with = (Path(model.__file__).read_bytes(), starter.FILE.read_bytes())
    return f"{tokens.VERSION} {sha256(b''.join(made_with)).hexdigest()[:16]}"


def weights(with_starter: bool) -> Mapping[str, float]:
    """The starter model, or none."""
    return starter.weights() if with_starter else NO_STARTER


def _evidence(reading: Reading, weighing: Weighing | None) -> Evidence:
    has_link = any(token.startswith("s:links=") for token in reading.tokens)
    worst = weighing.worst_part if weighing else 1.0
    return Evidence(
        features=tokens.VERSION,
        tokens=reading.tokens,
        probability=weighing.probability if weighing else None,
        clear=not has_link and worst <= WORST_PART,
    )


def _too_few(spam: int, ham: int) -> str:
    return (
        f"Of the {NEEDED} decisions of each kind that it needs, there are {spam} for spam"
        f" and {ham} for approved."
    )


def make(tools: "Tools") -> Learned:
    return Learned(tools)
