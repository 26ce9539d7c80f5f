"""Which ends of host names are nobody's own: the public suffix list, as its package carries it."""

import re
from functools import lru_cache

from publicsuffixlist import PublicSuffixList

_IP = re.compile(r"[0-9.]+|.*:.*")


@lru_cache(maxsize=1)
def _list() -> PublicSuffixList:
    """Read the list, once it is asked for: 50 ms and 3 MB."""
    return PublicSuffixList(accept_unknown=False)


def load() -> None:
    """Have the list ready: who would be the first to ask waits for nothing then."""
    _list()


def is_public(host: str) -> bool:
    """Tell whether anybody may have a name under this host: ``co.uk``, ``github.io``."""
    return _IP.fullmatch(host) is None and _list().publicsuffix(host) == host


def domain_of(host: str) -> str:
    """Return the name that somebody registered, or was given, and that all below it belongs to.

    The host itself where the list knows nothing of it.

    >>> domain_of("a.b.example.co.uk")
    'example.co.uk'
    >>> domain_of("www.alice.github.io")
    'alice.github.io'
    """
    if _IP.fullmatch(host):
        return host
    return _list().privatesuffix(host) or host


def bare(host: str) -> str:
    """Leave out ``www.``, unless what is left would be a public suffix.

    >>> bare("www.alice.example"), bare("www.github.io")
    ('alice.example', 'www.github.io')
    """
    rest = host.removeprefix("www.")
    return host if rest == host or "." not in rest or is_public(rest) else rest
