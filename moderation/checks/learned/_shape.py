"""What the form of a text and of a name gives away, whatever the language: tokens `s:`."""

import re
from collections.abc import Iterator, Sequence

# Scripts by the letter that stands for them in a token. What is not here is Latin or rare.
_SCRIPTS = {
    "greek": re.compile("[\u0370-\u03ff]+"),
    "cyrillic": re.compile("[\u0400-\u052f]+"),
    "hebrew": re.compile("[\u0590-\u05ff]+"),
    "arabic": re.compile("[\u0600-\u06ff\u0750-\u077f]+"),
    "indic": re.compile("[\u0900-\u0dff]+"),
    "thai": re.compile("[\u0e00-\u0eff]+"),
    "kana": re.compile("[\u3040-\u30ff]+"),
    "han": re.compile("[\u3400-\u9fff]+"),
    "hangul": re.compile("[\uac00-\ud7a3]+"),
}
_OTHER = re.compile("[\u0370-\u0fff\u3040-\ud7a3]")
_LATIN = re.compile("[A-Za-z\xc0-\u024f\u1e00-\u1eff]+")
_CODE_SIGN = re.compile(r"[{}();=>]")
_CODE = re.compile(r"[{}();=]{2}|[-=]>|\.\w{1,40}\(")
_REPLY = re.compile(r"(?:^|\s)@\w")
_NEXT_LINE = re.compile(r"\n[ \t]?([^\W\d_])")
_PAGE = re.compile(r"\.(?:html?|php|aspx?|cgi)\b", re.IGNORECASE)
_DIGIT = re.compile(r"\d")
_URL_END = re.compile(r"(?:https?://|www\.)\S{1,250}\s*\Z", re.IGNORECASE)
_SMILE = re.compile(r":-?[)D(P](?:\W|$)|<3|[\U0001f300-\U0001faff]")
_AS_LINK = ("http", "www.", ".com", ".net", ".org", ".info", "://")


def bucket(count: int, edges: Sequence[int]) -> str:
    """The least edge that a count does not pass, or "more"."""
    for edge in edges:
        if count <= edge:
            return str(edge)
    return "more"


def script_of(text: str) -> tuple[str, bool]:
    """The script of most letters, "latin" where there are none; whether a second has a tenth."""
    if text.isascii() or not _OTHER.search(text):
        return "latin", False
    counts = {name: sum(map(len, found.findall(text))) for name, found in _SCRIPTS.items()}
    counts["latin"] = sum(map(len, _LATIN.findall(text)))
    total = sum(counts.values())
    main = max(counts, key=lambda name: counts[name])
    return main, sum(count * 10 > total for count in counts.values()) > 1


def of_text(body: str, raw: str) -> Iterator[str]:
    """The form of a text; `body` is without addresses of links, `raw` with them."""
    script, second = script_of(body)
    if script != "latin":
        yield f"s:script={script}"
    if second:
        yield "s:two scripts"
    if "?" in body:
        yield "s:question"
    if "!!" in body:
        yield "s:!!"
    if "`" in raw or "<code" in raw or (_CODE_SIGN.search(raw) and _CODE.search(raw)):
        yield "s:code"
    if "@" in raw and _REPLY.search(raw):
        yield "s:reply"
    if " \n" in raw:
        yield "s:space before line end"
    if "\n" in body and _is_broken(body):
        yield "s:broken line"
    if (":" in body or "<3" in body or not body.isascii()) and _SMILE.search(body):
        yield "s:smile"
    if raw is not body and _URL_END.search(raw[-300:]):
        yield "s:ends with link"
    if body.isupper() or _is_shouted(body.split()):
        yield "s:shouting"


def _is_broken(body: str) -> bool:
    """Whether a line ends within a sentence: who types into a form leaves that to the form."""
    for line in _NEXT_LINE.finditer(body):
        before = body[max(0, line.start() - 2) : line.start()].rstrip(" \t")
        if line.group(1).islower() and before[-1:].isalpha():
            return True
    return False


def _is_shouted(words: Sequence[str]) -> bool:
    return len(words) > 3 and 2 * sum(map(str.isupper, words)) > len(words)


def of_name(name: str, words: Sequence[str]) -> list[str]:
    """The form of an author's name; first its letters' case and the number of words."""
    lower = name.lower()
    found = [f"s:name={_case(name, lower)}{bucket(len(words), (1, 2, 3, 5))}"]
    if any(part in lower for part in _AS_LINK):
        found.append("s:name is link")
    if any(map(str.isdigit, name)):
        found.append("s:name has digit")
    script, _ = script_of(name)
    if script != "latin":
        found.append(f"s:name script={script}")
    return found


def _case(name: str, lower: str) -> str:
    upper = name.upper()
    if lower == upper:
        return "caseless"
    if name == lower:
        return "lower"
    if name == upper:
        return "UPPER"
    if name.istitle():
        return "Title"
    return "Mixed"


def of_address(host: str, own: str, path: str) -> Iterator[str]:
    """The form of the address of a website or source: ends of tokens; `own` was registered."""
    yield f"={'root' if not path else 'path' if len(path) < 25 else 'deep'}"
    if path:
        if "?" in path:
            yield " with a query"
        if "." in path and _PAGE.search(path):
            yield " is a file"
    if host != own:
        yield " below another"
    name = own.partition(".")[0]
    if "-" in name:
        yield " with a hyphen"
    if _DIGIT.search(name):
        yield " with a digit"


def share_of(words: Sequence[str], whole: str) -> str:
    """Whether all, some or none of the words stand in a longer one."""
    within = sum([word in whole for word in words])
    return "none" if not within else "all" if within == len(words) else "some"
