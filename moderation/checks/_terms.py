"""What a rule may look for: read as the owner typed it, in its one spelling, or refused."""

import ipaddress
import re

from moderation.domain.rule import ListName, What
from moderation.text.addresses import is_email
from moderation.text.clean import clean_text
from moderation.text.hosts import normal_host
from moderation.text.scripts import SCRIPTS
from moderation.text.words import UNSPACED, fold

LONGEST = 200  # characters
_WIDEST = {4: 8, 6: 16}  # bits of a network: a shorter prefix is a large part of the net
_SIGNS = re.compile(r"[\W_]+")
# Words of addresses and markup: nearly every link has them.
_EVERYWHERE = frozenset(
    {"http", "https", "www", "com", "net", "org", "info", "co", "uk", "de", "io"}
    | {"html", "htm", "php", "href", "src", "url", "link", "mailto", "the", "and"}
)
_SECOND_LEVEL = frozenset({"ac", "co", "com", "edu", "gov", "go", "mil", "ne", "net", "or", "org"})


def read_term(what: What, raw: str) -> tuple[str, str]:
    """The value as it is shown, and its one spelling. Raises ValueError with a sentence."""
    value = clean_text(raw, lines=False).strip()
    if not value:
        raise ValueError("Say what to look for.")
    if len(value) > LONGEST:
        raise ValueError(f"That is too long: at most {LONGEST} characters.")
    key = _READERS[what](value)
    if what in (What.LINK, What.WEBSITE, What.NETWORK, What.EMAIL, What.SCRIPT, What.LIST):
        return key, key
    return value, key


def _phrase(value: str) -> str:
    key = fold(value)
    bare = _SIGNS.sub("", key)
    if bare in _EVERYWHERE:
        raise ValueError(f"“{value}” stands in nearly every address or text.")
    if len(bare) < 2 and not (len(key) > 2 and not bare):
        unspaced = UNSPACED.search(key)
        more = "Two letters at least." if unspaced else "A word or phrase is needed."
        raise ValueError(f"“{value}” is too short: it would be found too often. {more}")
    return key


def _host(value: str) -> str:
    named = re.sub(r"^[a-z][a-z0-9+.-]*://", "", value.lower()).lstrip("/")
    named = re.split(r"[/?#]", named, maxsplit=1)[0].rpartition("@")[2].strip()
    named = re.sub(r":[0-9]*$", "", named) if not named.startswith("[") else named
    named = named.removeprefix("*").strip(".").removeprefix("www.")
    try:
        host = normal_host(named)
    except ValueError:
        raise ValueError(f"“{value}” is not a host, such as spam.example.") from None
    return _wide_enough(value, host)


def _wide_enough(value: str, host: str) -> str:
    """Refuse hosts below which the hosts of countless people lie."""
    labels = host.split(".")
    shared = len(labels) == 2 and labels[0] in _SECOND_LEVEL and len(labels[1]) == 2
    if ":" not in host and (len(labels) < 2 or shared):
        raise ValueError(f"“{value}” is the end of countless addresses; name one host.")
    return host


def _network(value: str) -> str:
    try:
        network = ipaddress.ip_network(value, strict=False)
    except ValueError:
        example = "192.0.2.7, 192.0.2.0/24 or 2001:db8::/32"
        raise ValueError(f"“{value}” is not a network address, such as {example}.") from None
    if network.prefixlen < _WIDEST[network.version]:
        raise ValueError(f"“{value}” is a large part of the Internet.")
    whole = network.prefixlen == network.max_prefixlen
    return str(network.network_address) if whole else str(network)


def _email(value: str) -> str:
    if is_email(value):
        return fold(value)
    try:
        host = normal_host(value.lower().removeprefix("*").removeprefix("@"))
    except ValueError:
        example = "somebody@spam.example or @spam.example"
        raise ValueError(f"“{value}” is not an e-mail address, such as {example}.") from None
    return f"@{_wide_enough(value, host)}"


def _name(value: str) -> str:
    key = fold(value)
    if len(key) < 2:
        raise ValueError(f"“{value}” is too short for a name.")
    return key


def _script(value: str) -> str:
    key = value.casefold()
    if key not in SCRIPTS:
        raise ValueError(f"“{value}” is not a known writing: {', '.join(SCRIPTS)}.")
    return key


def _list(value: str) -> str:
    key = value.casefold()
    if key not in list(ListName):
        raise ValueError(f"There is no list “{value}”, but {', '.join(ListName)}.")
    return key


def _wave(value: str) -> str:
    return value


_READERS = {
    What.PHRASE: _phrase,
    What.LINK: _host,
    What.WEBSITE: _host,
    What.NETWORK: _network,
    What.EMAIL: _email,
    What.NAME: _name,
    What.SCRIPT: _script,
    What.LIST: _list,
    What.WAVE: _wave,
}
