"""What the service knows of a comment beside its words, as facts that become tokens."""

from collections.abc import Iterator
from datetime import timedelta
from typing import TYPE_CHECKING

from moderation.checks.learned._shape import script_of

if TYPE_CHECKING:
    from moderation.checks.contract import Case

# How long the form was in use, up to each time.
AGES = (
    (timedelta(seconds=3), "form in use under 3 seconds"),
    (timedelta(seconds=10), "form in use under 10 seconds"),
    (timedelta(seconds=30), "form in use under half a minute"),
    (timedelta(minutes=2), "form in use under 2 minutes"),
    (timedelta(minutes=10), "form in use under 10 minutes"),
    (timedelta(hours=1), "form in use under an hour"),
    (timedelta(hours=24), "form in use for hours"),
)
FEW = 8  # letters: too few to tell a script by

# In which scripts a language is written; "latin" where it is not here.
WRITTEN_IN = {
    **dict.fromkeys(("ru", "uk", "be", "bg", "mk", "kk"), ("cyrillic",)),
    "sr": ("cyrillic", "latin"),
    "el": ("greek",),
    "he": ("hebrew",),
    **dict.fromkeys(("ar", "fa", "ur"), ("arabic",)),
    **dict.fromkeys(("hi", "mr", "ne", "bn", "pa", "gu", "ta", "te", "kn", "ml"), ("indic",)),
    "th": ("thai",),
    "ko": ("hangul",),
    "ja": ("kana", "han"),
    "zh": ("han",),
}


def facts_of(case: "Case", age: timedelta | None) -> frozenset[str]:
    """All that is known of a case; `age` of its form, where a token of ours tells it."""
    return frozenset(_facts(case, age))


def _facts(case: "Case", age: timedelta | None) -> Iterator[str]:
    if case.trap.strip():
        yield "trap filled in"
    if case.author_id is not None:
        yield "author proven"
    if case.kind.is_ping:  # its words are read off the page that links
        yield "source verified"
    if age is not None:
        yield next((fact for limit, fact in AGES if age < limit), "form in use for days")
    elif case.form_token:
        yield "form's time forged"
    if _is_foreign(case):
        yield "script other than the site's"


def _is_foreign(case: "Case") -> bool:
    """Whether most of a text is in letters that the site's language is not written in."""
    if sum(map(str.isalpha, case.text)) < FEW:
        return False
    script, _ = script_of(case.text)
    language = case.site.language.partition("-")[0].lower()
    return script not in WRITTEN_IN.get(language, ("latin",))
