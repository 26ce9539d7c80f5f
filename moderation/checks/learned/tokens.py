"""Which tokens a comment is made of: what the learned check counts and gives as reasons.

A token is a channel, a colon and what was found:

- `w:` a word, `b:` two neighbours; `a:` a word of a link's text, `n:` of the name, `h:` the title;
- `u:` a host, wherever it stood, `ut:` its ending, `hg:` five letters of its name;
- `f:` the host of the website field, `p:` of a ping's source, `e:` of the mail address;
- `s:` the form of text, name and links; `x:` a fact that the service knows.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from moderation.checks.learned import _folding, _links, _shape

VERSION = 1  # of the tokens: another one makes all that was learnt be learnt anew

MAX_WORDS = 1500
MAX_PARTS = 6
_HEAD, _TAIL = 16_000, 8_000  # characters looked at
_MAX_FIELD = 1_000  # characters of name, title, address
_MAX_WORD = 24

_WORD = re.compile(r"[^\W_]+(?:['\u2019][^\W_]+)?")
_TAG = re.compile(r"<[^<>]{1,300}>")
_PART = re.compile(r"\n[ \t]*\n\s*|(?<=[.!?])[ \t]*\n\s*")
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
    """The tokens of a comment, and those it would have if a paragraph were all of it."""

    tokens: tuple[str, ...]
    parts: tuple[tuple[str, ...], ...] = ()


def tokens(fields: Fields) -> tuple[str, ...]:
    """The tokens of a comment, each once, in the order in which they are found."""
    return read(fields, parts=False).tokens


def read(fields: Fields, *, parts: bool = True) -> Reading:
    """The tokens of a comment, and with `parts` those of each paragraph by itself."""
    text, unseen = _folding.bare(_cut(fields.text))
    around = _around(fields)
    if unseen > 2:
        around.append("s:unseen characters")
    whole = tuple(dict.fromkeys(_of_text(text, fields.url) + around))
    pieces = _paragraphs(text) if parts else []
    if len(pieces) < 2:
        return Reading(whole)
    return Reading(
        whole, tuple(tuple(dict.fromkeys(_of_text(p, fields.url) + around)) for p in pieces)
    )


def _cut(text: str) -> str:
    """The beginning and the end of a text: spam is added at either."""
    if len(text) <= _HEAD + _TAIL:
        return text
    return f"{text[:_HEAD]}\n\n{text[-_TAIL:]}"


def _paragraphs(text: str) -> list[str]:
    """The paragraphs that say something, the last ones as one where there are many."""
    pieces = [piece for piece in _PART.split(text) if len(piece) > 20]
    if len(pieces) > MAX_PARTS:
        pieces[MAX_PARTS - 1 :] = ["\n".join(pieces[MAX_PARTS - 1 :])]
    return pieces


def _of_text(text: str, site: str) -> list[str]:
    links, body = _links.links_of(text)
    found = _of_links(links, text, body, site) if links else []
    if "<" in body:
        body = _TAG.sub(" ", body)
    body, apart = _folding.joined(_folding.signed(body))
    words, tricks = _words(body)
    found += [f"w:{word}" for word in words]
    found += [f"b:{first}_{second}" for first, second in pairwise(words)]
    found += tricks
    if apart:
        found.append("s:letters set apart")
    found += _shape.of_text(body, text, words)
    return found


def _words(body: str) -> tuple[list[str], list[str]]:
    """The words of a text in one spelling, and a token for each trick found in them."""
    words = _WORD.findall(body)
    if len(words) > MAX_WORDS:
        words[MAX_WORDS * 2 // 3 : -MAX_WORDS // 3] = []
    tricks: list[str] = []
    if not body.isascii():
        words = _in_one_script(words, tricks)
    words = [word.lower()[:_MAX_WORD] for word in words]
    mixed = [at for at, word in enumerate(words) if not word.isalpha() and _MIXED.search(word)]
    if mixed:
        _spell(words, mixed, tricks)
    return words, tricks


def _in_one_script(words: list[str], tricks: list[str]) -> list[str]:
    latin = [_folding.in_latin(word) for word in words]
    mixed = sum(map(str.__ne__, words, latin))
    if mixed:
        tricks.append(f"s:mixed-script words={_shape.bucket(mixed, (1, 4))}")
        # Where words are disguised, those of twins alone are so too.
        latin = [_folding.in_latin(word, all_twins=True) for word in latin]
    unspaced = [word for word in latin if not word.isascii() and _UNSPACED.search(word)]
    if not unspaced:
        return latin
    return [piece for word in latin for piece in _pieces(word)][:MAX_WORDS]


def _pieces(word: str) -> Sequence[str]:
    if len(word) < 3 or word.isascii() or not _UNSPACED.search(word):
        return (word,)
    return [word[at : at + 2] for at in range(len(word) - 1)]


def _spell(words: list[str], mixed: list[int], tricks: list[str]) -> None:
    """Make words of those written with digits: the long ones, and all where it is a habit."""
    spelt = 0
    for at in mixed:
        word = _folding.spelled(words[at])
        if len(word) > 3 and word != words[at]:
            words[at] = word
            spelt += 1
    if spelt > 1:
        tricks.append("s:digits for letters")
    if spelt > 3:
        words[:] = [_folding.spelled(word) for word in words]


def _of_links(links: Sequence[_links.Link], text: str, body: str, site: str) -> list[str]:
    found: list[str] = []
    hosts: dict[str, None] = {}
    for link in links[: _links.MAX_LINKS]:
        hosts[_links.host_of(link.address)] = None
        found += [f"w:{word}" for word in _path_words(link.address)]
        if link.anchor:
            anchor = _folding.in_latin(link.anchor[:_MAX_FIELD]).lower()
            found += [f"a:{word[:_MAX_WORD]}" for word in _WORD.findall(anchor)[:12]]
    hosts.pop("", None)
    for host in hosts:
        found += _of_host(host)
    found.append(f"s:links={_shape.bucket(len(links), (1, 2, 4, 8))}")
    found.append("s:form=" + "+".join(sorted({link.form for link in links})))
    if links[-1].form == "bare" and text.rstrip().endswith(links[-1].address):
        found.append("s:ends with link")
    if len(links) * 40 > len(body):
        found.append("s:mostly links")
    if site and _links.host_of(site[:_MAX_FIELD]) in hosts:
        found.append("s:site in text")
    return found


def _of_host(host: str) -> list[str]:
    own = _links.registrable(host)
    found = [f"u:{host}", f"ut:{host.rpartition('.')[2]}"]
    if own != host:
        found.append(f"u:{own}")
    found += [f"hg:{piece}" for piece in _links.name_pieces(host)]
    found += [f"w:{part}" for part in _links.name_parts(host)]
    return found


def _around(fields: Fields) -> list[str]:
    """What stands around the text: name, site, mail address, title, source, facts."""
    found = _of_name(fields)
    if fields.url:
        found += _of_site(fields.url[:_MAX_FIELD], "f")
    if fields.source:
        found += _of_site(fields.source[:_MAX_FIELD], "p")
    if fields.title:
        title, _ = _folding.bare(fields.title[:_MAX_FIELD])
        words, tricks = _words(_folding.joined(title)[0])
        found += [f"{channel}:{word}" for word in words for channel in "hw"]
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


def _of_name(fields: Fields) -> list[str]:
    name, unseen = _folding.bare(fields.author[:_MAX_FIELD])
    name = name.strip()
    if not name:
        return []
    words, tricks = _words(_folding.joined(name)[0])
    found = [f"{channel}:{word}" for word in words[:20] for channel in "nw"]
    found += [f"{trick} in name" for trick in tricks]
    if unseen:
        found.append("s:unseen characters in name")
    shape = _shape.of_name(name, words)
    found += shape
    if fields.url:
        host = _links.host_of(fields.url[:_MAX_FIELD])
        found.append(f"{shape[0]}+site")
        own = _links.registrable(host).partition(".")[0]
        long = [word for word in words if len(word) > 2]
        if long and own:
            within = sum(word in own for word in long)
            how = "none" if not within else "all" if within == len(long) else "some"
            found.append(f"s:name in site={how}")
    return found


def _of_site(address: str, channel: str) -> list[str]:
    host, path = _links.host_of(address), _links.path_of(address)
    found = _of_host(host) if host else []
    if host:
        found += [f"{channel}:{host}", f"{channel}t:{host.rpartition('.')[2]}"]
        own = _links.registrable(host)
        if own != host:
            found.append(f"{channel}:{own}")
    form = "root" if not path else "path" if len(path) < 25 else "deep"
    found.append(f"s:{'site' if channel == 'f' else 'source'}={form}")
    found += [f"w:{word}" for word in _path_words(address)]
    return found


def _path_words(address: str) -> list[str]:
    path = _links.path_of(address)
    return _PATH_WORD.findall(path.lower())[:12] if path else []
