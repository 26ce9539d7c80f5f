"""What the service knows of a comment beside its words, as facts that become tokens."""

from collections.abc import Iterator
from datetime import timedelta
from itertools import islice
from typing import TYPE_CHECKING

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
LETTERS = 400  # looked at
FEW = 8  # letters: too few to tell a script by

# Where the letters of a script begin and end; Latin is what is in none.
SCRIPTS = (
    ("Greek", 0x370, 0x3FF),
    ("Cyrillic", 0x400, 0x52F),
    ("Hebrew", 0x590, 0x5FF),
    ("Arabic", 0x600, 0x77F),
    ("Devanagari", 0x900, 0x97F),
    ("Bengali", 0x980, 0x9FF),
    ("Tamil", 0xB80, 0xBFF),
    ("Thai", 0xE00, 0xE7F),
    ("Georgian", 0x10A0, 0x10FF),
    ("Hangul", 0x1100, 0x11FF),
    ("Kana", 0x3040, 0x30FF),
    ("Han", 0x3400, 0x9FFF),
    ("Hangul", 0xAC00, 0xD7AF),
)
WRITTEN_IN = {
    "el": {"Greek"},
    "ru": {"Cyrillic"},
    "uk": {"Cyrillic"},
    "be": {"Cyrillic"},
    "bg": {"Cyrillic"},
    "mk": {"Cyrillic"},
    "kk": {"Cyrillic"},
    "sr": {"Cyrillic", "Latin"},
    "he": {"Hebrew"},
    "ar": {"Arabic"},
    "fa": {"Arabic"},
    "ur": {"Arabic"},
    "hi": {"Devanagari"},
    "mr": {"Devanagari"},
    "ne": {"Devanagari"},
    "bn": {"Bengali"},
    "ta": {"Tamil"},
    "th": {"Thai"},
    "ka": {"Georgian"},
    "ko": {"Hangul"},
    "ja": {"Kana", "Han"},
    "zh": {"Han"},
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
    script = script_of(case.text)
    language = case.site.language.partition("-")[0].lower()
    if script and script not in WRITTEN_IN.get(language, {"Latin"}):
        yield "script other than the site's"


def script_of(text: str) -> str:
    """The script that most letters of a text are of; "" where they are few."""
    found: dict[str, int] = {}
    for letter in islice(filter(str.isalpha, text), LETTERS):
        script = _script(ord(letter))
        found[script] = found.get(script, 0) + 1
    if sum(found.values()) < FEW:
        return ""
    return max(found, key=lambda script: found[script])


def _script(code: int) -> str:
    if code >= 0x370:
        for name, first, last in SCRIPTS:
            if first <= code <= last:
                return name
    return "Latin"
