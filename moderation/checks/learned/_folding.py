"""What a text says beneath its disguises: unseen characters, look-alikes, letters set apart."""

import html
import re
import unicodedata
from urllib.parse import unquote

from moderation.text.clean import cap_marks

# Halves of characters, and what has no ink: soft hyphens, fillers, zero widths, directions,
# selectors, tags.
_UNSEEN = re.compile(
    "[\ud800-\udfff\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f"
    "\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\U000e0000-\U000e0fff]"
)
_CUT = re.compile("(?<=[A-Za-z])[\u200b\u200c\u200d\u2060\ufeff\u180e]+(?=[A-Za-z])")
# Numbers are bounded: Python refuses to read those of more than 4,300 digits.
_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,30});?")
_MARKS = re.compile(r"[^\w\s\x00-\x7f]{5}")
_ONE = r"[^\W\d_]"
_SET_APART = re.compile(
    rf"(?<![^\W_]){_ONE}([ .\-*~|/\u00b7\u2022]{{1,2}})(?:{_ONE}\1){{2,24}}{_ONE}(?![^\W_])"
)
_SIGN_IN_WORD = re.compile(r"(?<=[A-Za-z])[@$](?=[A-Za-z]{1,12}(?![\w.@-]))")

# What looks like a Latin letter, after NFKC, lower and upper case: chosen from the letters that
# Unicode lists as confusable (UTS 39) and that spam was seen to use.
_TWINS = {
    "a": "\u0430\u0251\u03b1\u13aa\u15c5\u0391\u0410",
    "b": "\u042c\u044c\u0184\u0185\u13f4\u13cf\u0412\u0392\u15af",
    "c": "\u0441\u03f2\u217d\u1d04\u2ca5\u0421\u03f9\u13df\u03c2",
    "d": "\u0501\u0500\u0257\u018a\u13e7\u13a0\u15de\u217e",
    "e": "\u0435\u04bd\u1971\u07cb\u0415\u0395\u13ac",
    "f": "\u0493\u03dc\u03dd\ua799",
    "g": "\u0261\u0581\u13c0\u050c\u01e5\u1d83",
    "h": "\u04bb\u0570\u0266\u041d\u0397\u13c2\u13bb",
    "i": "\u0456\u0131\u13a5\u0269\u03b9\u0406\u0399\u04c0",
    "j": "\u0458\u03f3\u0408\u037f\u13ab",
    "k": "\u043a\u03ba\u049d\u049b\u041a\u039a\u13e6\u16d5",
    "l": "\u217c\u04cf\u13de\u14aa",
    "m": "\u043c\u041c\u039c\u13b7\u217f",
    "n": "\u0578\u043f\u03b7\u039d",
    "o": "\u043e\u03bf\u0585\u0d20\u2c9f\u19d0\u039f\u041e\u2c9e",
    "p": "\u0440\u03c1\u2ca3\u0420\u03a1\u13e2\u2ca2",
    "q": "\u051b\u0566",
    "r": "\u0433\u1d26\uab47",
    "s": "\u0455\ua731\u0405\u13da\u054f",
    "t": "\u0442\u03c4\u13a2\u0422\u03a4\u01ac",
    "u": "\u03c5\u057d\u1959\u028b",
    "v": "\u03bd\u0475\u1d20\u2174\u13d9",
    "w": "\u051d\u0461\u1d21\u13d4\u051c\u13b3",
    "x": "\u0445\u2179\u03a7\u0425\u2cad",
    "y": "\u0443\u04af\u03b3\u028f\u03a5\u0423\u04ae\u13a9\u2ca8",
    "z": "\u1d22\u13c3\u0396",
}
_TO_LATIN = {ord(twin): letter for letter, twins in _TWINS.items() for twin in twins}
_TWIN = re.compile("[" + "".join(map(chr, _TO_LATIN)) + "]")
_LATIN = re.compile("[A-Za-z]")
_STRUCK = str.maketrans("\u0111\u0142\u00f8", "dlo")  # letters that NFKD leaves as they are
_DIGITS = str.maketrans("0134578", "oieastb")


def bare(text: str) -> tuple[str, int]:
    """A text without entities, unseen characters and compatibility forms.

    With it how often unseen characters stood within Latin words, where no script needs them.
    """
    if "&" in text:
        text = _ENTITY.sub(_unescape, _ENTITY.sub(_unescape, text))
    if text.count("%20") > 2:
        text = unquote(text)
    if text.isascii():
        return text, 0
    cuts = len(_CUT.findall(text))
    text = _UNSEEN.sub("", text)
    if _MARKS.search(text):  # a long run of them costs its square to normalise
        text = cap_marks(text)
    return unicodedata.normalize("NFKC", text), cuts


def joined(text: str) -> tuple[str, int]:
    """A text with words joined that were spelled letter by letter, and how many they were."""
    return _SET_APART.subn(lambda run: run.group().replace(run.group(1), ""), text)


def signed(text: str) -> str:
    """A text with the signs that stand for letters within words (``c@sino``) made letters."""
    if "@" not in text and "$" not in text:
        return text
    return _SIGN_IN_WORD.sub(lambda sign: "a" if sign.group() == "@" else "s", text)


def in_latin(word: str, *, all_twins: bool = False) -> str:
    """A word that mixes Latin letters with their twins of other alphabets, all in Latin.

    With `all_twins` also one of twins alone, which is fair only where the text around it
    is Latin. Words of one alphabet stay: real Russian is no disguise.
    """
    if word.isascii() or not _TWIN.search(word):
        return word
    latin = word.translate(_TO_LATIN)
    if _LATIN.search(word) or (all_twins and latin.isascii()):
        return latin
    return word


def spelled(word: str) -> str:
    """A word with digits that stand for letters made letters; itself where that gives no word."""
    letters = word.translate(_DIGITS)
    return letters if letters.isalpha() else word


def unmarked(word: str) -> str:
    """A word of small letters without its accents, as addresses spell it."""
    if word.isascii():
        return word
    apart = unicodedata.normalize("NFKD", word.translate(_STRUCK))
    return "".join(c for c in apart if not unicodedata.combining(c))


def _unescape(entity: re.Match[str]) -> str:
    return html.unescape(entity.group())
