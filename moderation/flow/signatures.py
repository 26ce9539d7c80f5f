"""What a comment is found by among those that are nearly identical to it."""

from datetime import datetime
from functools import lru_cache

from moderation.checks.contract import Case
from moderation.domain.article import Article
from moderation.domain.comment import Comment
from moderation.domain.site import Site
from moderation.domain.wave import Signature
from moderation.flow.cases import case_of
from moderation.store import waves
from moderation.store.contract import Query
from moderation.text.addresses import coarse
from moderation.text.markup import links_of, plain
from moderation.text.shingles import bands, key_of, sketch
from moderation.text.urls import host_of
from moderation.text.words import fold

MOST_HOSTS = 4  # of a comment
# Places that anybody links to: the label before the last, and whole hosts.
_EVERYBODYS = frozenset(
    {"amazon", "apple", "blogger", "facebook", "github", "gitlab", "google", "instagram"}
    | {"linkedin", "medium", "microsoft", "mozilla", "pinterest", "reddit", "soundcloud"}
    | {"stackoverflow", "substack", "tumblr", "twitter", "vimeo", "wikipedia", "wordpress"}
    | {"youtube"}
)
_EVERYBODYS_HOSTS = frozenset(
    {"bit.ly", "bsky.app", "goo.gl", "is.gd", "t.co", "t.me", "tinyurl.com", "x.com", "youtu.be"}
)


def signature_of(case: Case, seen: str | None = None) -> Signature:
    """Made once of a comment, whoever asks first; `seen`: its words, where they are known."""
    hosts = [host_of(case.author.url), host_of(case.source or "")]
    hosts += [host_of(link) for link in links_of(case.html)]
    own = {host_of(case.site.url), *case.site.hosts}
    foreign = [host.removeprefix("www.") for host in hosts if host and host not in own]
    return _made(
        plain(case.html) if seen is None else seen,
        tuple(dict.fromkeys(foreign))[:MOST_HOSTS],
        fold(case.author.name),
        coarse(case.client.address),
    )


def sign_again(comment: Comment, article: Article, site: Site, now: datetime) -> Query[None]:
    """Find a comment whose words have changed among those that are nearly identical now."""
    signature = signature_of(case_of(comment, article, site))
    yield from waves.keep(comment.id, signature, now, again=True)


@lru_cache(maxsize=256)
def _made(words: str, hosts: tuple[str, ...], name: str, network: str) -> Signature:
    of_text = sketch(words)
    rare = [host for host in hosts if not is_everybodys(host)]
    ties = [
        f"{kind}:{host}:{what}"
        for host in hosts
        if is_everybodys(host)
        for kind, what in (("name", name), ("network", network))
        if what
    ]
    return Signature(
        sketch=of_text,
        bands=bands(of_text),
        hosts=tuple(key_of(f"host:{host}") for host in rare),
        ties=tuple(key_of(tie) for tie in ties),
    )


def is_everybodys(host: str) -> bool:
    """Whether a host says nothing of who links to it."""
    labels = host.split(".")
    return host in _EVERYBODYS_HOSTS or bool(_EVERYBODYS.intersection(labels[-3:-1]))
