"""Which tokens a comment is made of: what the learned check counts and gives as reasons.

A token is a channel, a colon and what was found:

- `w:` a word of text, name, title or address, `b:` two neighbours, `a:` a word of a link's text;
- `u:` a host, wherever it stood, `ut:` its ending, `hg:` five letters of its name;
- `e:` the host of the mail address;
- `s:` the form of text, name and links; `x:` a fact that the service knows.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from moderation.checks.learned import _folding, _links, _shape

VERSION = 2  # of the tokens: another one makes all that was learnt be learnt anew

MAX_WORDS = 1500
MAX_PARTS = 6
_HEAD, _TAIL = 10_000, 4_000  # characters looked at
_MAX_FIELD = 1_000  # characters of name, title, address
_MAX_WORD = 24
_SHORT = 25  # characters: too few to be judged alone
_LENGTHS = (15, 40, 80, 160, 320, 640, 1280, 2560)

_WORD = re.compile(r"[^\W_]+(?:['\u2019][^\W_]+)?")
_TAG = re.compile(r"<[^<>]{1,300}>")
_BREAK = re.compile(r"\n[ \t]*\n\s*|(?<=[.!?])\n")
_DIGIT = re.compile(r"\d")
_MIXED = re.compile(r"\d[^\W\d]|[^\W\d]\d")
_PATH_WORD = re.compile(r"[a-z]{3,20}")
# Scripts that put no space between words: their letters are taken in pairs.
_UNSPACED = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff]")
_FREE_MAIL = {
    *("gmail.com", "googlemail.com", "outlook.com", "hotmail.com", "live.com", "msn.com"),
    *("yahoo.com", "aol.com", "icloud.com", "me.com", "gmx.de", "gmx.net", "web.de", "mail.ru"),
    *("yandex.ru", "qq.com", "163.com", "126.com", "proton.me", "protonmail.com", "fastmail.com"),
    *("example.com", "example.org", "mail.com", "hotmail.co.uk", "yahoo.co.uk", "hotmail.fr"),
}


@dataclass(frozen=True, slots=True)
class Fields:
    """What the check reads of a comment or ping; a ping's text is its excerpt."""

    text: str
    author: str = ""
    url: str = ""
    email: str = ""
    kind: str = "comment"
    source: str = ""
    title: str = ""
    facts: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Reading:
    """The tokens of a comment, and those it would have if a part of its text were all of it."""

    tokens: tuple[str, ...]
    parts: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class _Piece:
    """A paragraph: its tokens but those of size, and what size is told by."""

    tokens: list[str]
    words: list[str]
    links: list[_links.Link]
    length: int


def tokens(fields: Fields) -> tuple[str, ...]:
    """The tokens of a comment, each once, in the order in which they are found."""
    return read(fields).tokens


def read(fields: Fields) -> Reading:
    """The tokens of a comment, and those of each paragraph by itself where there are several."""
    text, cuts = _folding.bare(_cut(fields.text))
    website = _links.place_of(fields.url[:_MAX_FIELD])
    site = website.host
    around = _around(fields, website)
    if cuts:
        around.append("s:unseen characters in words")
    paragraphs = _paragraphs(text)
    room = MAX_WORDS // len(paragraphs)
    pieces = [_piece(paragraph, room) for paragraph in paragraphs]
    whole = _joined(pieces, around, site)
    if len(pieces) < 2:
        return Reading(whole)
    return Reading(whole, tuple(_joined(part, around, site) for part in _parts(pieces)))


def _parts(pieces: Sequence[_Piece]) -> list[Sequence[_Piece]]:
    """What may be the comment proper: each paragraph, and all but the first or the last."""
    parts: list[Sequence[_Piece]] = [[piece] for piece in pieces]
    return parts if len(pieces) < 3 else [*parts, pieces[:-1], pieces[1:]]


def _cut(text: str) -> str:
    """The beginning and the end of a text: spam is added at either."""
    if len(text) <= _HEAD + _TAIL:
        return text
    return f"{text[:_HEAD]}\n\n{text[-_TAIL:]}"


def _paragraphs(text: str) -> list[str]:
    """The paragraphs of a text: a short one goes with the next, the last ones are one."""
    if "\n" not in text:
        return [text]
    found: list[str] = []
    for piece in _BREAK.split(text):
        if found and (len(found[-1]) < _SHORT or len(found) == MAX_PARTS):
            found[-1] += f"\n\n{piece}"
        else:
            found.append(piece)
    return found


def _piece(text: str, room: int) -> _Piece:
    links, body = _links.links_of(text)
    found = _of_links(links) if links else []
    if "<" in body:
        body = _TAG.sub(" ", body)
    words, tricks = _words(_folding.signed(body), room)
    found += [f"w:{word}" for word in words]
    found += [f"b:{first}_{second}" for first, second in pairwise(words)]
    found += tricks
    found += _shape.of_text(body, text)
    return _Piece(found, words, links, len(body.strip()))


def _joined(pieces: Sequence[_Piece], around: Sequence[str], site: str) -> tuple[str, ...]:
    """The tokens of some paragraphs taken as a comment."""
    found: list[str] = []
    words: list[str] = []
    links: list[_links.Link] = []
    length = 0
    for piece in pieces:
        found += piece.tokens
        words += piece.words
        links += piece.links
        length += piece.length
    found.append(f"s:length={_shape.bucket(length, _LENGTHS)}")
    if links:
        found.append(f"s:links={_shape.bucket(len(links), (1, 2, 4, 8))}")
        found.append(f"s:form={'+'.join(sorted({link.form for link in links}))}")
        if len(links) * 40 > length:
            found.append("s:mostly links")
        if site and f"u:{site}" in found:
            found.append("s:site in text")
    if len(words) > 3 and 2 * len(set(words)) < len(words):
        found.append("s:repeats")
    found += around
    return tuple(dict.fromkeys(found))


def _words(body: str, room: int) -> tuple[list[str], list[str]]:
    """The words of a text in one spelling, and a token for each trick found in them."""
    plain = body.isascii()
    if plain:  # twins of Latin letters are told apart by case, so else it comes later
        body = body.lower()
    words = _WORD.findall(body)
    tricks: list[str] = []
    if list(map(len, words)).count(1) > 3:
        body, apart = _folding.joined(body)
        if apart:
            words = _WORD.findall(body)
            tricks.append("s:letters set apart")
    if len(words) > room:
        words[room * 2 // 3 : -(room // 3) or None] = []
    if not plain:
        words = [word.lower() for word in _in_one_script(words, tricks)[:room]]
    if _DIGIT.search(body):
        _spell(words, tricks)
    if words and max(map(len, words)) > _MAX_WORD:
        words = [word[:_MAX_WORD] for word in words]
    return words, tricks


def _in_one_script(words: list[str], tricks: list[str]) -> list[str]:
    latin = [_folding.in_latin(word) for word in words]
    mixed = sum(map(str.__ne__, words, latin))
    if mixed:
        tricks.append(f"s:mixed-script words={_shape.bucket(mixed, (1, 4))}")
        # Where words are disguised, those of twins alone are so too.
        latin = [_folding.in_latin(word, all_twins=True) for word in latin]
    unspaced = any(not word.isascii() and _UNSPACED.search(word) for word in latin)
    return [piece for word in latin for piece in _pairs(word)] if unspaced else latin


def _pairs(word: str) -> Sequence[str]:
    if len(word) < 3 or word.isascii() or not _UNSPACED.search(word):
        return (word,)
    return [word[at : at + 2] for at in range(min(len(word), MAX_WORDS) - 1)]


def _spell(words: list[str], tricks: list[str]) -> None:
    """Make words of those written with digits: the long ones, and all where it is a habit."""
    spelt = 0
    for at in [at for at, word in enumerate(words) if not word.isalpha()]:
        word = words[at]
        if len(word) > 3 and _MIXED.search(word):
            words[at] = _folding.spelled(word)
            spelt += words[at] != word
    if spelt > 1:
        tricks.append("s:digits for letters")
    if spelt > 3:
        words[:] = map(_folding.spelled, words)


def _of_links(links: Sequence[_links.Link]) -> list[str]:
    found: list[str] = []
    hosts: dict[str, None] = {}
    for link in links[: _links.MAX_LINKS]:
        hosts[_links.host_of(link.address)] = None
        path = _links.path_of(link.address)
        if path:
            found += [f"w:{word}" for word in _PATH_WORD.findall(path.lower())[:12]]
        if link.anchor:
            anchor = _folding.in_latin(link.anchor).lower()
            found += [f"a:{word[:_MAX_WORD]}" for word in _WORD.findall(anchor)[:12]]
    hosts.pop("", None)
    for host in hosts:
        found += _of_host(host, _links.registrable(host))
    return found


def _of_host(host: str, own: str) -> list[str]:
    found = [f"u:{host}", f"ut:{host.rpartition('.')[2]}"]
    if own != host:
        found.append(f"u:{own}")
    found += [f"hg:{piece}" for piece in _links.name_pieces(own)]
    found += [f"w:{part}" for part in _links.name_parts(own)]
    return found


def _around(fields: Fields, website: _links.Place) -> list[str]:
    """What stands around the text: name, site, mail address, title, source, facts."""
    found = _of_name(fields.author, website) if fields.author else []
    if fields.url:
        found += _of_place(website, "site")
    if fields.source:
        found += _of_place(_links.place_of(fields.source[:_MAX_FIELD]), "source")
    if fields.title:
        title, _ = _folding.bare(fields.title[:_MAX_FIELD])
        words, tricks = _words(title, 60)
        found += [f"w:{word}" for word in words]
        found += tricks
    mail = _links.host_of(fields.email[:_MAX_FIELD].rpartition("@")[2])
    if mail and "@" in fields.email:
        found.append(f"e:{mail}")
        if mail not in _FREE_MAIL:
            found.append(f"u:{_links.registrable(mail)}")
    if fields.kind != "comment":
        found.append(f"s:kind={fields.kind}")
    found += [f"x:{fact}" for fact in sorted(fields.facts)]
    return found


def _of_name(author: str, website: _links.Place) -> list[str]:
    name, cuts = _folding.bare(author[:_MAX_FIELD])
    name = name.strip()
    if not name:
        return []
    words, tricks = _words(name, 20)
    found = [f"w:{word}" for word in words]
    found += [f"{trick} in name" for trick in tricks]
    if cuts:
        found.append("s:unseen characters in name")
    shape = _shape.of_name(name, words)
    found += shape
    if website.host:
        found.append(f"{shape[0]}+site")
        own = website.own.partition(".")[0]
        long = [word for word in words if len(word) > 2]
        ascii_only = "".join(long).isascii()
        if long and own and ascii_only:
            found.append(f"s:name in site={_shape.share_of(long, own)}")
        if long and website.path:
            plain = long if ascii_only else list(map(_folding.unmarked, long))
            found.append(f"s:name in path={_shape.share_of(plain, website.path)}")
    return found


def _of_place(place: _links.Place, name: str) -> list[str]:
    found = _of_host(place.host, place.own) if place.host else []
    found += [f"s:{name}{form}" for form in _shape.of_address(*place)]
    found += [f"w:{word}" for word in _PATH_WORD.findall(place.path)[:12]]
    return found
