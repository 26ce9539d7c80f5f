"""Every key of the settings: where it stands, which field it fills, what its value must be."""

from dataclasses import dataclass
from typing import TypeAlias

from moderation.domain.rule import ListName
from moderation.domain.site import Articles, Hold, TrailingSlash
from moderation.settings import addresses, values
from moderation.settings.values import Read

Path: TypeAlias = tuple[str, ...]  # ("checks", "phrases", "hold")

CENTURY = 36_500  # days
PLENTY = 1_000_000


@dataclass(frozen=True, slots=True)
class Key:
    """One key of a section."""

    path: Path  # in the file
    target: Path  # (part of `Settings` or of `Site`, field), ("field",) for one of its own
    read: Read
    words: bool = False  # its value is text: taken from the environment as it stands
    secret: bool = False  # may be "env:NAME" or "file:PATH"; never shown

    @property
    def section(self) -> Path:
        return self.path[:-1]


HOSTS = values.list_of(addresses.host, '["comments.example"]')
SITE_HOSTS = values.list_of(addresses.site_host, '["www.blog.example"]')
PRIVATE_HOSTS = values.list_of(addresses.host_and_port, '["127.0.0.1:8091"]')
NETWORKS = values.list_of(addresses.network, '["10.0.0.7"]')
CHECKS = values.list_of(values.check_name, '["akismet"]')
PHRASES = values.list_of(values.phrase, '["cheap pills"]')
LISTS = values.list_of(values.one_of(ListName), '["disposable"]')
QUERY = values.list_of(values.query_name, '["p"]')
LOCKED = values.list_of(values.text, '["moderation.hold"]')


def _keys(section: str, **fields: tuple[Read, str]) -> tuple[Key, ...]:
    """Make the keys of a section whose fields have the names of its keys.

    The second of each pair says what else there is to it: "words", "secret" or "".
    """
    place = tuple(section.split("."))
    return tuple(
        Key((*place, name), (*place, name), read, bool(more), "secret" in more)
        for name, (read, more) in fields.items()
    )


PER_SITE = (
    *_keys(
        "moderation",
        hold=(values.one_of(Hold), "words"),
        max_links=(values.whole(0, PLENTY, "; 0 = off"), ""),
        close_after_days=(values.whole(0, CENTURY, "; 0 = never"), ""),
        hold_unproven_after_days=(values.whole(0, CENTURY, "; 0 = off"), ""),
        require_name=(values.flag, ""),
        require_email=(values.flag, ""),
        edit_minutes=(values.whole(0, PLENTY, "; 0 = never"), ""),
        max_depth=(values.whole(1, 50), ""),
    ),
    *_keys(
        "pings",
        pingback=(values.flag, ""),
        trackback=(values.flag, ""),
        webmention=(values.flag, ""),
        own_site=(values.flag, ""),
        trust_after=(values.whole(0, PLENTY, "; 0 = never"), ""),
        recheck=(values.flag, ""),
        allowed_private_hosts=(PRIVATE_HOSTS, ""),
    ),
)

KEYS: tuple[Key, ...] = (
    Key(("locked",), ("locked",), LOCKED),
    *_keys(
        "server",
        host=(addresses.listening_host, "words"),
        port=(values.whole(0, 65_535, "; 0 = any free one"), ""),
        public_url=(addresses.web_url, "words"),
        allowed_hosts=(HOSTS, ""),
        trusted_proxies=(NETWORKS, ""),
        workers=(values.whole(1, 64), ""),
    ),
    *_keys("store", url=(addresses.store_url, "words, secret")),
    *PER_SITE,
    *_keys("checks", off=(CHECKS, "")),
    Key(("checks", "phrases", "hold"), ("checks", "phrases_hold"), PHRASES),
    Key(("checks", "phrases", "spam"), ("checks", "phrases_spam"), PHRASES),
    Key(("checks", "lists", "hold"), ("checks", "lists_hold"), LISTS),
    Key(("checks", "lists", "spam"), ("checks", "lists_spam"), LISTS),
    Key(("checks", "learned", "spam_at"), ("checks", "learned_spam_at"), values.share(0.5, 1)),
    Key(("checks", "learned", "approve"), ("checks", "learned_approve"), values.flag),
    Key(("checks", "learned", "starter"), ("checks", "learned_starter"), values.flag),
    Key(("checks", "learned", "per_site"), ("checks", "learned_per_site"), values.flag),
    *_keys(
        "akismet",
        key=(values.text, "words, secret"),
        url=(addresses.web_url, "words"),
        timeout_seconds=(values.seconds(0.1, 60), ""),
    ),
    *_keys("mail", url=(addresses.mail_url, "words, secret")),
    Key(("mail", "from"), ("mail", "sender"), values.mailbox, words=True),
    *_keys(
        "limits",
        comments_per_minute=(values.whole(0, PLENTY, "; 0 = off"), ""),
        pings_per_minute=(values.whole(0, PLENTY, "; 0 = off"), ""),
    ),
    *_keys("privacy", keep_addresses_days=(values.whole(0, CENTURY, "; 0 = never"), "")),
    *_keys(
        "retention",
        trash_days=(values.whole(0, CENTURY, "; 0 = never"), ""),
        spam_days=(values.whole(0, CENTURY, "; 0 = never"), ""),
    ),
)

# The keys of [sites.ID], beside those of [sites.ID.moderation] and [sites.ID.pings].
SITE_KEYS: tuple[Key, ...] = (
    Key(("url",), ("url",), addresses.site_url, words=True),
    Key(("name",), ("name",), values.text, words=True),
    Key(("hosts",), ("hosts",), SITE_HOSTS),
    Key(("language",), ("language",), values.language, words=True),
    Key(("time_zone",), ("time_zone",), values.time_zone, words=True),
    Key(("articles",), ("articles",), values.one_of(Articles), words=True),
    Key(("query",), ("query",), QUERY),
    Key(("trailing_slash",), ("trailing_slash",), values.one_of(TrailingSlash), words=True),
    *PER_SITE,
)

# What [moderation], [pings], [checks] and [limits] say may be changed in the dashboard later.
LOCKABLE = tuple(
    ".".join(key.path) for key in KEYS if key.path[0] in ("moderation", "pings", "checks", "limits")
)
