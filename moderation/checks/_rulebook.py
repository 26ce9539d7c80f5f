"""All rules of the owner made ready: a comment is looked at once, however many rules there are."""

import ipaddress
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType

from moderation.checks._shelf import SHELF, Looks
from moderation.checks.contract import Case
from moderation.domain.opinion import Verdict
from moderation.domain.rule import ListName, Rule, What
from moderation.text.markup import links_of, plain
from moderation.text.phrasebook import Phrasebook
from moderation.text.scripts import main_script
from moderation.text.urls import host_of
from moderation.text.words import fold


@dataclass(frozen=True, slots=True)
class Hit:
    """A rule, and where it found what it looks for."""

    rule: Rule
    where: str  # "the text"
    found: str = ""  # of a list: which of its hosts


@dataclass(slots=True)
class _Keyed:
    """Rules of one kind by what they look for; several sites may have the same."""

    rules: dict[str, list[Rule]] = field(default_factory=dict)

    def add(self, rule: Rule) -> None:
        self.rules.setdefault(rule.key, []).append(rule)

    def at(self, key: str, where: str) -> Iterator[Hit]:
        for rule in self.rules.get(key, ()):
            yield Hit(rule, where)


class Rulebook:
    """Rules by what they look for; waves are not looked for here.

    `lists` has the hosts of those lists that a rule switches on.
    """

    def __init__(
        self, rules: Iterable[Rule], lists: Mapping[str, frozenset[str]] = MappingProxyType({})
    ) -> None:
        self._kinds: Mapping[What, _Keyed] = {what: _Keyed() for what in What}
        for rule in rules:
            self._kinds[rule.what].add(rule)
        self._phrases = Phrasebook(self._kinds[What.PHRASE].rules)
        self._networks = _Networks(self._kinds[What.NETWORK].rules)
        on = self._kinds[What.LIST].rules
        self._lists = [(ListName(name), lists.get(name, frozenset())) for name in on]
        self._empty = not any(
            keyed.rules for what, keyed in self._kinds.items() if what is not What.WAVE
        )

    def __bool__(self) -> bool:
        return not self._empty

    def hits(self, case: Case, now: datetime) -> list[Hit]:
        """What the rules that count now find in a comment, spam before hold, each rule once."""
        found: dict[str, Hit] = {}
        for hit in self._all(case):
            rule = hit.rule
            if rule.site in ("", case.site.id) and rule.holds_at(now):
                found.setdefault(rule.id, hit)
        return sorted(found.values(), key=lambda hit: hit.rule.verdict is not Verdict.SPAM)

    def _all(self, case: Case) -> Iterator[Hit]:
        yield from self._in_words(case)
        yield from self._in_hosts(case)
        for network in self._networks.around(case.client.address):
            yield from self._kinds[What.NETWORK].at(network, "the sender's address")
        yield from self._in_email(case.author.email)
        if self._kinds[What.NAME].rules:
            yield from self._kinds[What.NAME].at(fold(case.author.name), "the name")
        if self._kinds[What.SCRIPT].rules:
            script = main_script(f"{case.title} {case.text}")
            yield from self._kinds[What.SCRIPT].at(script, "most letters")
        yield from self._on_lists(case)

    def _in_words(self, case: Case) -> Iterator[Hit]:
        if not self._phrases:
            return
        for where, words in places(case):
            for phrase in self._phrases.find(fold(words)):
                yield from self._kinds[What.PHRASE].at(phrase, where)

    def _in_hosts(self, case: Case) -> Iterator[Hit]:
        if self._kinds[What.LINK].rules:
            for link in dict.fromkeys(links_of(case.html)):
                yield from self._below(What.LINK, host_of(link), "a link of the text")
            if case.source:
                yield from self._below(What.LINK, host_of(case.source), "the source's address")
        if self._kinds[What.WEBSITE].rules and case.author.url:
            yield from self._below(What.WEBSITE, host_of(case.author.url), "the author's website")

    def _in_email(self, email: str) -> Iterator[Hit]:
        if not self._kinds[What.EMAIL].rules or not email:
            return
        address = fold(email)
        yield from self._kinds[What.EMAIL].at(address, "the e-mail address")
        for domain in _upwards(address.rpartition("@")[2]):
            yield from self._kinds[What.EMAIL].at(f"@{domain}", "the e-mail address")

    def _on_lists(self, case: Case) -> Iterator[Hit]:
        """What stands on a list. The site's own hosts are no matter, whatever a list says."""
        for name, hosts in self._lists:
            looked = _hosts(case) if SHELF[name].looks is Looks.HOSTS else _email_host(case)
            for where, host in looked:
                found = next((part for part in _upwards(host) if part in hosts), "")
                if found and not is_own(case, host):
                    for rule in self._kinds[What.LIST].rules[name]:
                        yield Hit(rule, where, found)

    def _below(self, what: What, host: str, where: str) -> Iterator[Hit]:
        for name in _upwards(host):
            yield from self._kinds[what].at(name, where)


class _Networks:
    """Networks by their length: an address is cut to each length that occurs, and looked up."""

    def __init__(self, keys: Iterable[str]) -> None:
        self._lengths: dict[int, dict[int, dict[int, str]]] = {4: {}, 6: {}}
        for key in keys:
            network = ipaddress.ip_network(key)
            of_length = self._lengths[network.version].setdefault(network.prefixlen, {})
            of_length[int(network.network_address)] = key

    def around(self, address: str) -> Iterator[str]:
        """The networks that hold an address, whole or blurred (``192.0.2.0/24``)."""
        try:
            own = ipaddress.ip_network(address, strict=False)
        except ValueError:
            return
        bits = int(own.network_address)
        for length, networks in self._lengths[own.version].items():
            cut = own.max_prefixlen - length
            if length <= own.prefixlen and (key := networks.get(bits >> cut << cut)):
                yield key


def places(case: Case) -> Sequence[tuple[str, str]]:
    """Every place a phrase is looked for; the text as sent and as read, where no tag splits it."""
    all_places = (
        ("the name", case.author.name),
        ("the e-mail address", case.author.email),
        ("the author's website", case.author.url),
        ("the text", case.text),
        ("the text as readers would see it", plain(case.html)),
        ("the title", case.title),
        ("the source's address", case.source or ""),
        ("the sender's address", case.client.address),
        ("the sender's user agent", case.client.user_agent),
    )
    return [(where, words) for where, words in all_places if words]


def lists_in(rules: Iterable[Rule]) -> frozenset[str]:
    """The lists that rules switch on."""
    return frozenset(rule.key for rule in rules if rule.what is What.LIST)


def is_own(case: Case, host: str) -> bool:
    """Whether a host is the site's own."""
    own = {host_of(case.site.url), *(name.partition(":")[0] for name in case.site.hosts)}
    return host in own


def _hosts(case: Case) -> Iterator[tuple[str, str]]:
    for link in dict.fromkeys(links_of(case.html)):
        yield "a link of the text", host_of(link)
    if case.author.url:
        yield "the author's website", host_of(case.author.url)
    if case.source:
        yield "the source's address", host_of(case.source)


def _email_host(case: Case) -> Iterator[tuple[str, str]]:
    if case.author.email:
        yield "the e-mail address", fold(case.author.email).rpartition("@")[2]


def _upwards(host: str) -> Iterator[str]:
    """A host, and the hosts it lies below."""
    while host:
        yield host
        host = host.partition(".")[2]
