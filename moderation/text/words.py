"""When two texts say the same: folding for comparison, phrases within a text, fingerprints."""

import hashlib
import re
import unicodedata
from functools import lru_cache

from moderation.text.clean import cap_marks

# No ink, no meaning for a comparison: soft hyphens, zero widths, directions, fillers, selectors.
_INVISIBLE = re.compile(
    "[\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f"
    "\u3164\ufe00-\ufe0f\ufeff\uffa0\U000e0000-\U000e0fff]"
)
# Accents of alphabets. Marks that make another letter elsewhere (kana, Indic vowels) stay.
_ACCENTS = re.compile(
    "[\u0300-\u036f\u0483-\u0489\u0591-\u05bd\u05bf-\u05c7\u0610-\u061a\u064b-\u065f\u0670"
    "\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]"
)
_LETTERS = str.maketrans("øłđðħıŧ", "olddhit") | {ord("æ"): "ae", ord("œ"): "oe"}
_CYRILLIC = dict(
    zip(
        "АВЕЅІЈКМНОРСТУХҺԌԚԜаеѕіјорсухһԁԛԝӏкмтвнгп",
        "ABESIJKMHOPCTYXHGQWaesijopcyxhdqwlkmtbhrn",
        strict=True,
    )
)
_GREEK = dict(zip("ΑΒΕΖΗΙΚΜΝΟΡΤΥΧαβγεικνορτυχωη", "ABEZHIKMNOPTYXabyeikvoptuxwn", strict=True))
_SCRIPTS = (
    (re.compile("[\u0400-\u052f]"), _CYRILLIC, {v: k for k, v in reversed(_CYRILLIC.items())}),
    (re.compile("[\u0370-\u03ff]"), _GREEK, {v: k for k, v in reversed(_GREEK.items())}),
)
_LATIN = re.compile("[A-Za-z]")
_WORD = re.compile(r"\w+")
# Scripts that put no spaces between words, or endings right after them.
UNSPACED = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3130-\u318f\u31f0-\u31ff\u3400-\u4dbf"
    "\u4e00-\u9fff\uac00-\ud7a3\uf900-\ufaff\U00020000-\U0003ffff]"
)


def fold(text: str) -> str:
    """Bring a text to a form in which what looks and reads alike is equal.

    Compatibility forms, case, accents, invisible characters and white space no longer
    differ. In a word that mixes Latin with Cyrillic or Greek, letters that look alike
    become those of the script the word was written in: the other one when it has a
    letter with no Latin twin, else Latin. Folding twice changes nothing more.
    """
    if not text.isascii():
        text = _undisguise(text)
        if not text.isascii():
            text = _undisguise(text)  # case and compatibility can undo each other once
    return " ".join(text.casefold().split())


def contains_phrase(folded_text: str, phrase: str) -> bool:
    """Tell whether whole words of a folded text are the phrase (given as the owner typed it).

    "ass" is not in "class"; between letters of scripts that are written without spaces
    any place is a boundary. An empty phrase is in no text.
    """
    wanted = _folded_phrase(phrase)
    at = folded_text.find(wanted) if wanted else -1
    while at >= 0:
        end = at + len(wanted)
        if is_boundary(folded_text, at) and is_boundary(folded_text, end):
            return True
        at = folded_text.find(wanted, at + 1)
    return False


def fingerprint(*parts: str) -> str:
    """SHA-256 in hex of the parts, each with its length: ("ab", "c") is not ("a", "bc")."""
    digest = hashlib.sha256()
    for part in parts:
        data = part.encode("utf-8", "surrogatepass")
        digest.update(b"%d:" % len(data))
        digest.update(data)
    return digest.hexdigest()


@lru_cache(maxsize=4096)
def _folded_phrase(phrase: str) -> str:
    return fold(phrase)


def _undisguise(text: str) -> str:
    text = cap_marks(_INVISIBLE.sub("", text))  # a run of marks costs its square to normalise
    text = unicodedata.normalize("NFKD", text)
    text = unicodedata.normalize("NFKC", _ACCENTS.sub("", text))
    text = _WORD.sub(_in_one_script, text)
    text = unicodedata.normalize("NFKD", text.casefold()).translate(_LETTERS)
    return unicodedata.normalize("NFKC", _INVISIBLE.sub("", _ACCENTS.sub("", text)))


def _in_one_script(word: re.Match[str]) -> str:
    letters = word.group()
    if letters.isascii() or not _LATIN.search(letters):
        return letters
    for script, to_latin, from_latin in _SCRIPTS:
        own = script.findall(letters)
        if own:
            table = to_latin if all(c in to_latin for c in own) else from_latin
            return letters.translate({ord(c): other for c, other in table.items()})
    return letters


def is_boundary(text: str, at: int) -> bool:
    """Tell whether a word may begin or end between ``text[at - 1]`` and ``text[at]``."""
    if at in (0, len(text)):
        return True
    pair = text[at - 1 : at + 1]
    if UNSPACED.search(pair):
        return True
    return not (_WORD.match(pair[0]) and _WORD.match(pair[1]))
