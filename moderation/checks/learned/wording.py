"""How tokens, and what was made of them, are told to people."""

from collections.abc import Sequence

from moderation.checks.learned.model import Reason

# What a token of a channel is called; what stands alone says what it is already.
CHANNELS = {
    "w": "“{}”",
    "b": "“{}”",
    "a": "“{}” as the words of a link",
    "n": "“{}” in the name",
    "h": "“{}” in the title",
    "u": "the host {}",
    "ut": "a host in .{}",
    "hg": "“{}” in a host's name",
    "f": "the website {}",
    "ft": "a website in .{}",
    "p": "the source {}",
    "pt": "a source in .{}",
    "e": "an address at {}",
    "s": "{}",
    "x": "{}",
}
SURELY, LIKELY = 0.95, 0.75  # the words owners read in place of numbers
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
        found = found.replace("=", ": ")
    words = CHANNELS[channel].format(found) if colon and channel in CHANNELS else token
    return "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in words)


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


def sentence(probability: float, reasons: Sequence[Reason]) -> str:
    """One sentence: how sure, and the strongest reasons for it and against it."""
    words = leaning(probability).capitalize()
    spam = [told(r) for r in reasons if r.weight > 0]
    fine = [told(r) for r in reasons if r.weight < 0]
    ours, others = (spam, fine) if probability >= 0.5 else (fine, spam)
    if not ours and not others:
        return f"{words}: nothing in it has been seen before."
    said = f"{words}: {', '.join(ours[:FOR])}" if ours else f"{words}; nothing speaks for it"
    if others:
        said += f"; against that {', '.join(others[:AGAINST])}"
    return f"{said}."
