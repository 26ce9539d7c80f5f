"""Lists of rules from elsewhere: each line as the rule it becomes here, or why it becomes none."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from moderation.domain.errors import InvalidFields
from moderation.domain.opinion import Verdict
from moderation.domain.rule import Rule, What
from moderation.flow.owner_rules import OwnerRules, Wish
from moderation.text.addresses import is_email

MOST_LINES = 10_000
_OCTETS = re.compile(r"\d{1,3}(?:\.\d{1,3}){1,2}\.?")
# Hex digits are no address without a colon: “cafe.de” is a host.
_ADDRESS = re.compile(r"(?:[0-9.]+|[0-9a-f.]*:[0-9a-f:.]*)(?:/\d{1,3})?", re.I)
_URL = re.compile(r"(?:https?:)?//(?:www\.)?", re.I)
_HEADING = "# verdict\twhat\tvalue\tsite\tdays left\tnote"


class Form(StrEnum):
    """What a list is."""

    MODERATION = "wordpress-moderation"  # WordPress, “Comment Moderation”
    DISALLOWED = "wordpress-disallowed"  # WordPress, “Disallowed Comment Keys”
    LINES = "lines"  # one word, phrase, host or address a line
    RULES = "rules"  # written by `write_list`


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a list: the rule it becomes, or why it becomes none."""

    number: int
    text: str
    rule: Rule | None
    says: str = ""


def read_list(
    rules: OwnerRules, form: Form, text: str, who: str, *, site: str = "", verdict: str = "hold"
) -> list[Line]:
    """Read a list, one rule a line; empty lines, `0` (as WordPress has it) and remarks are left.

    `verdict` is for LINES; WordPress's lists bring their own: what it moderates is held,
    what it disallows is spam.
    """
    wanted = {Form.MODERATION: Verdict.HOLD, Form.DISALLOWED: Verdict.SPAM}.get(form, verdict)
    lines: list[Line] = []
    known: dict[tuple[str, What, str], int] = {}
    for number, raw in enumerate(text.splitlines()[:MOST_LINES], 1):
        line = raw.strip()
        if line in ("", "0") or line.startswith("#"):
            continue
        wish, says = _ours(line) if form is Form.RULES else _theirs(line)
        if form is not Form.RULES:
            wish = replace(wish, verdict=wanted, site=site)
        try:
            rule = rules.draft(wish, who)
        except InvalidFields as fault:
            lines.append(Line(number, line, None, str(fault)))
            continue
        first = known.setdefault((rule.site, rule.what, rule.key), number)
        if first != number:
            lines.append(Line(number, line, None, f"The same as line {first}."))
        else:
            lines.append(Line(number, line, rule, says))
    return lines


def write_list(rules: Sequence[Rule], now: datetime) -> str:
    """Write rules for `read_list`, one a line; waves are left out, as they are of their time."""
    return "\n".join([_HEADING, *_lines(rules, now)]) + "\n"


def _lines(rules: Sequence[Rule], now: datetime) -> Iterator[str]:
    for rule in rules:
        if rule.what is not What.WAVE:
            days = "" if rule.expires_at is None else str((rule.expires_at - now).days + 1)
            yield "\t".join((rule.verdict, rule.what, rule.value, rule.site, days, rule.note))


def _ours(line: str) -> tuple[Wish, str]:
    parts = [*line.split("\t"), "", "", "", "", ""]
    return Wish(parts[1], parts[2], parts[0], parts[3], parts[4], parts[5]), ""


def _theirs(line: str) -> tuple[Wish, str]:
    """The rule that comes closest to a line that elsewhere is found anywhere, within words too.

    A host becomes a phrase: so it is found in links, websites, e-mail addresses and as
    typed, as it was there.
    """
    if _OCTETS.fullmatch(line):
        octets = line.strip(".").split(".")
        network = ".".join([*octets, *["0"] * (4 - len(octets))]) + f"/{len(octets) * 8}"
        return Wish(What.NETWORK, network), "The beginning of an address: its whole network."
    if ("." in line or ":" in line) and _ADDRESS.fullmatch(line) and not line.isdecimal():
        return Wish(What.NETWORK, line), "A network address."
    if is_email(line) or (line.startswith("@") and "." in line):
        return Wish(What.EMAIL, line), "An e-mail address."
    words = _URL.sub("", line).strip("*").rstrip("/").strip()
    if _URL.match(line):
        return Wish(What.PHRASE, words), "An address: wherever it stands, whatever its scheme."
    return Wish(What.PHRASE, words), "As whole words; elsewhere it was found within words too."
