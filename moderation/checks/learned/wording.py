"""How tokens, and what was made of them, are told to people."""

import re
from collections.abc import Sequence

from moderation.checks.learned.model import Reason

# What a token of a channel is called; what stands alone says what it is already.
CHANNELS = {
    "w": "“{}”",
    "b": "“{}”",
    "a": "“{}” as the words of a link",
    "u": "the host {}",
    "ut": "a host in .{}",
    "hg": "“{}” in a host's name",
    "e": "an address at {}",
    "x": "{}",
}
# What `s:` tokens say of the form: by the word before "=", or by the whole.
FORMS = {
    "length": "a text of up to {} characters",
    "script": "letters that are {}",
    "name script": "a name in letters that are {}",
    "links": "up to {} links",
    "form": "links written as {}",
    "kind": "a {}",
    "mixed-script words": "up to {} words of mixed scripts",
    "length=more": "a very long text",
    "links=1": "one link",
    "links=more": "very many links",
    "mixed-script words=more": "very many words of mixed scripts",
    "site=root": "a website without a path",
    "site=path": "a website with a path",
    "site=deep": "a website with a long path",
    "source=root": "a source without a path",
    "source=path": "a source with a path",
    "source=deep": "a source with a long path",
    "site with a query": "a website with a query",
    "site is a file": "a website that is a single file",
    "site below another": "a website below another's host",
    "site with a hyphen": "a website with a hyphen in its name",
    "site with a digit": "a website with a digit in its name",
    "source with a query": "a source with a query",
    "source is a file": "a source that is a single file",
    "source below another": "a source below another's host",
    "source with a hyphen": "a source with a hyphen in its name",
    "source with a digit": "a source with a digit in its name",
    "name in path=none": "an address of a website without the name",
    "name in path=some": "an address of a website with a part of the name",
    "name in path=all": "an address of a website with the name",
    "broken line": "a line that ends within a sentence",
    "name in site=none": "a website that does not bear the name",
    "name in site=some": "a website that bears a part of the name",
    "name in site=all": "a website that bears the name",
    "two scripts": "letters of two scripts",
    "question": "a question",
    "!!": "“!!”",
    "reply": "“@” and a name",
    "smile": "a smile",
    "repeats": "words that come again and again",
    "ends with link": "a link at the end",
    "mostly links": "hardly more than links",
    "site in text": "the website in the text too",
    "name is link": "a name that is a link",
    "name has digit": "a name with a digit",
}
CASES = {
    "lower": "in small letters",
    "UPPER": "in capitals",
    "Title": "with capitals",
    "Mixed": "in mixed letters",
}
NAME = re.compile(r"name=([A-Za-z]+?)(\d+|more)(\+site)?")
SURELY, LIKELY = 0.9, 0.625  # the words owners read in place of numbers, as of all scores
FOR, AGAINST = 4, 2  # reasons told in a sentence


def name(token: str) -> str:
    """A token in words.

    >>> name("u:pills.example")
    'the host pills.example'
    """
    channel, colon, found = token.partition(":")
    if channel == "b":
        found = found.replace("_", " ")
    if channel == "s":
        return _form(found)
    words = CHANNELS[channel].format(found) if colon and channel in CHANNELS else token
    return "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in words)


def _form(found: str) -> str:
    """What a token says of the form of text, links and name."""
    if found in FORMS:
        return FORMS[found]
    name = NAME.fullmatch(found)
    if name is not None and name[1] in CASES:
        long = "more than 5" if name[2] == "more" else f"up to {name[2]}"
        words = "one word" if name[2] == "1" else f"{long} words"
        return f"a name of {words} {CASES[name[1]]}{', with a website' if name[3] else ''}"
    kind, equals, value = found.partition("=")
    if equals and kind in FORMS:
        return FORMS[kind].format(value.replace("+", " and "))
    return found.replace("=", ": ")


def leaning(probability: float) -> str:
    """``surely spam``, ``likely fine``, ``unsure``."""
    side = max(probability, 1 - probability)
    if side < LIKELY:
        return "unsure"
    sure = "surely" if side >= SURELY else "likely"
    return f"{sure} {'spam' if probability > 0.5 else 'fine'}"


def told(reason: Reason) -> str:
    """A reason with what it rests on: ``“cialis” (41 spam, 0 approved)``."""
    seen = f"{reason.spam} spam, {reason.ham} approved"
    if reason.starter and not (reason.spam or reason.ham):
        seen = "known to the starter model"
    elif reason.starter:
        seen += " and the starter model"
    return f"{name(reason.token)} ({seen})"


def sentence(probability: float, reasons: Sequence[Reason], *, starter: bool = False) -> str:
    """One sentence: how sure, and the strongest reasons for it and against it.

    `starter`: there is a starter model, which knew no more than the owner's decisions did.
    """
    words = leaning(probability).capitalize()
    spam = [told(r) for r in reasons if r.weight > 0]
    fine = [told(r) for r in reasons if r.weight < 0]
    ours, others = (spam, fine) if probability >= 0.5 else (fine, spam)
    if not ours and not others:
        neither = ", and the starter model knows none of it" if starter else ""
        return f"{words}: nothing in it stood in a comment that you decided on{neither}."
    said = f"{words}: {', '.join(ours[:FOR])}" if ours else f"{words}; nothing speaks for it"
    if others:
        said += f"; against that {', '.join(others[:AGAINST])}"
    return f"{said}."
