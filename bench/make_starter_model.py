"""Make the starter model of the learned check from sets of decided comments, which stay out of it.

    python -m bench.make_starter_model DIR [--without SOURCE …] [--out FILE]

DIR holds JSONL files with `text author url email label source`, as described in NOTICE. Kept is
what says something in any language: forms, and English words and pairs of them. No host, no name,
no script, and no word of another language, which would make foreign mean spam, since the sets
have foreign spam only. What is English is found in the sets themselves: a word is, when most
comments it stands in are made of words that approved comments use, or when it is one of the
trades that spam is of (`bench.spam_terms`). Kinds of places count alike, and the places of a kind,
however much spam one has. What was counted is then fitted (`bench.spam_fit`).

`--without` leaves a source out, for measuring on it.
"""

import json
import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import click

from bench.spam_fit import fitted
from bench.spam_terms import TERMS
from moderation.checks.learned.starter import FILE, pack
from moderation.checks.learned.tokens import Fields, tokens

LEAST = 2  # comments that a token stands in
EQUAL = 250  # comments that the spam of a kind of places, or its ham, counts for at most
VIDEOS = "yt-"  # how sources begin that are videos; the others are blogs
STRENGTH = 0.5  # of the evidence that is kept: a prior, no more
MOST = 5.0  # log-odds before that
WORTH = 0.1  # weaker ones are not worth their place
ENGLISH = 0.5  # share of a comment's words that approved comments use, to be English itself
THEIRS = 0.9  # of how often ham uses a word: a name that one blog uses so much is somebody's there
MOST_DIGITS = 4  # of a word: more are a number that somebody is called by
MOSTLY = 0.75  # share of the comments a word stands in that are English
OF_ADDRESSES = {"www", "http", "https", "com", "net", "org", "info", "php", "html", "htm"}
CHANNELS = {"w", "b", "a", "s"}
# Forms that tell of a script, or of what an alphabet has.
NO_FORM = ("s:script", "s:two scripts", "s:name script", "s:name=caseless", "s:mixed", "s:length")


@dataclass(frozen=True, slots=True)
class Sample:
    tokens: tuple[str, ...]
    words: tuple[str, ...]  # of the text alone: names and addresses are in any language
    name: tuple[str, ...]  # words of the author's name
    spam: bool
    source: str


@click.command(help=__doc__)
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--without", multiple=True, help="A source to leave out.")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), default=FILE)
def main(folder: Path, without: Sequence[str], out: Path) -> None:
    samples = [sample for sample in read(folder) if sample.source not in without]
    weights = made(samples)
    data = pack(weights)
    out.write_bytes(data)
    click.echo(f"{len(samples)} comments, {len(weights)} tokens, {len(data)} bytes")


def read(folder: Path) -> list[Sample]:
    """All comments of a folder's files, in order of name and line."""
    rows = [
        json.loads(line)
        for file in sorted(folder.glob("*.jsonl"))
        for line in file.read_text("utf-8").splitlines()
    ]
    return [
        Sample(
            tokens(Fields(row["text"], row["author"], row["url"], row["email"])),
            _words_of(Fields(row["text"])),
            _words_of(Fields("", row["author"])),
            row["label"] == "spam",
            row["source"],
        )
        for row in rows
    ]


def _words_of(fields: Fields) -> tuple[str, ...]:
    return tuple(token for token in tokens(fields) if token.startswith("w:"))


def made(samples: Sequence[Sample]) -> dict[str, float]:
    """The weight of each token that is kept, in log-odds."""
    worth = _worth(samples)
    spam, ham = _counted(samples, worth, spam=True), _counted(samples, worth, spam=False)
    spams, hams = _total(samples, worth, spam=True), _total(samples, worth, spam=False)
    times = Counter(token for sample in samples for token in sample.tokens)
    english = english_words(samples)
    sources = sources_of(samples)
    share = spams / (spams + hams)
    weights: dict[str, float] = {}
    for token in sorted(times):
        if times[token] < LEAST or not is_neutral(token, english):
            continue
        if sources[token] < 2 and spam[token] * hams <= ham[token] * spams:
            continue  # one blog's own subject
        odds = math.log((spam[token] + share) / (spams + 1))
        odds -= math.log((ham[token] + 1 - share) / (hams + 1))
        weight = STRENGTH * max(-MOST, min(MOST, odds))
        if abs(weight) >= WORTH:
            weights[token] = weight
    decided = [(one.tokens, one.spam, worth[one.source, one.spam]) for one in samples]
    return fitted(weights, decided, most=STRENGTH * MOST)


Worth = Mapping[tuple[str, bool], float]


def _worth(samples: Iterable[Sample]) -> Worth:
    """What one comment counts, by source and whether it is spam: a kind's `EQUAL` at most."""
    numbers = Counter((sample.source, sample.spam) for sample in samples)
    places = Counter(source.startswith(VIDEOS) for source, spam in numbers if spam)
    return {
        (source, spam): min(1.0, EQUAL / places[source.startswith(VIDEOS)] / number)
        for (source, spam), number in numbers.items()
    }


def _counted(samples: Iterable[Sample], worth: Worth, *, spam: bool) -> dict[str, float]:
    found: defaultdict[str, float] = defaultdict(float)
    for sample in samples:
        if sample.spam is spam:
            for token in sample.tokens:
                found[token] += worth[sample.source, spam]
    return found


def _total(samples: Iterable[Sample], worth: Worth, *, spam: bool) -> float:
    return math.fsum(worth[one.source, spam] for one in samples if one.spam is spam)


def english_words(samples: Sequence[Sample]) -> set[str]:
    """The words that stand mostly in comments made of words that approved comments use.

    What stands more often in names and addresses than in texts is left out, and so are names
    of a place's own people and long numbers, but for the words of spam's own trades.
    """
    theirs = own_names(samples)
    ham = Counter(token for sample in samples if not sample.spam for token in sample.tokens)
    anywhere, in_text, in_english = Counter[str](), Counter[str](), Counter[str]()
    for sample in samples:
        known = sum(ham[word] > 1 for word in sample.words)
        anywhere.update(token for token in sample.tokens if token.startswith("w:"))
        in_text.update(sample.words)
        if not sample.spam or known >= ENGLISH * len(sample.words):
            in_english.update(sample.words)
    return {
        word.removeprefix("w:")
        for word, count in in_text.items()
        if word.isascii() and 2 * count > anywhere[word] and in_english[word] >= MOSTLY * count
        if word not in theirs and sum(map(str.isdigit, word)) <= MOST_DIGITS
    } - OF_ADDRESSES | TERMS


def own_names(samples: Iterable[Sample]) -> set[str]:
    """Words of names that the ham of one blog has nearly alone: those who write there."""
    ham = [sample for sample in samples if not sample.spam]
    hams = Counter(place_of(sample.source) for sample in ham)
    used: defaultdict[str, dict[str, float]] = defaultdict(dict)
    for sample in ham:
        place = place_of(sample.source)
        for word in sample.words:
            used[word][place] = used[word].get(place, 0.0) + 1 / hams[place]
    names = {word for sample in ham for word in sample.name}
    return {
        word
        for word in names & used.keys()
        if max(used[word], key=used[word].__getitem__) != VIDEOS
        and max(used[word].values()) > THEIRS * math.fsum(used[word].values())
    }


def place_of(source: str) -> str:
    """A source, but all videos are one place."""
    return VIDEOS if source.startswith(VIDEOS) else source


def sources_of(samples: Iterable[Sample]) -> Counter[str]:
    """In how many sources each token stands; all videos are one."""
    pairs = {(token, place_of(sample.source)) for sample in samples for token in sample.tokens}
    return Counter(token for token, _ in pairs)


def is_neutral(token: str, english: set[str]) -> bool:
    """Whether a token says nothing of a language, a host or a person."""
    channel, _, value = token.partition(":")
    if channel not in CHANNELS or not token.isascii():
        return False
    if channel == "s":
        return not token.startswith(NO_FORM)
    return all(word in english for word in value.split("_"))


if __name__ == "__main__":
    main()
