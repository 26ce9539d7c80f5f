"""The settings as the house uses them: one frozen type for each section of the file."""

from dataclasses import dataclass, field
from pathlib import Path

from moderation.domain.rule import ListName
from moderation.domain.site import Moderation, Pings, Site


@dataclass(frozen=True, slots=True)
class Server:
    host: str = "127.0.0.1"
    port: int = 8000  # 0: any free one
    public_url: str = "http://127.0.0.1:8000"  # without a trailing "/"; may have a path
    allowed_hosts: tuple[str, ...] = ()  # names or addresses, without a port
    trusted_proxies: tuple[str, ...] = ()  # addresses or networks
    workers: int = 1


@dataclass(frozen=True, slots=True)
class StoreSettings:
    # Once loaded the path of an SQLite file is absolute and percent-encoded: sqlite:////var/x.db
    url: str = field(default="sqlite:///data/moderation.db", repr=False)


@dataclass(frozen=True, slots=True)
class ChecksSettings:
    off: tuple[str, ...] = ()
    phrases_hold: tuple[str, ...] = ()  # `hold` of [checks.phrases]
    phrases_spam: tuple[str, ...] = ()
    lists_hold: tuple[ListName, ...] = ()  # `hold` of [checks.lists]
    lists_spam: tuple[ListName, ...] = ()
    learned_spam_at: float = 0.98  # `spam_at` of [checks.learned]: a probability
    learned_approve: bool = False
    learned_starter: bool = True
    learned_per_site: bool = False


@dataclass(frozen=True, slots=True)
class AkismetSettings:
    key: str = field(default="", repr=False)  # "" = off
    url: str = "https://rest.akismet.com"
    timeout_seconds: float = 5.0


@dataclass(frozen=True, slots=True)
class MailSettings:
    url: str = field(default="", repr=False)  # smtp://user:pass@host:587; "" = off
    sender: str = ""  # `from` in the file


@dataclass(frozen=True, slots=True)
class Limits:
    comments_per_minute: int = 5  # 0 = off
    pings_per_minute: int = 30


@dataclass(frozen=True, slots=True)
class Privacy:
    keep_addresses_days: int = 30  # then cut down to the network; 0 = never


@dataclass(frozen=True, slots=True)
class Retention:
    trash_days: int = 30  # 0 = never deleted
    spam_days: int = 15


@dataclass(frozen=True, slots=True)
class Settings:
    """All of it. `sites` is never empty once loaded: without one in the file it is the demo."""

    server: Server = Server()
    store: StoreSettings = StoreSettings()
    sites: tuple[Site, ...] = ()
    moderation: Moderation = field(default_factory=Moderation)
    pings: Pings = field(default_factory=Pings)
    checks: ChecksSettings = ChecksSettings()
    akismet: AkismetSettings = AkismetSettings()
    mail: MailSettings = MailSettings()
    limits: Limits = Limits()
    privacy: Privacy = Privacy()
    retention: Retention = Retention()
    path: Path | None = None  # the file that was read
    locked: tuple[str, ...] = ()  # "moderation.hold": not to be changed but in the file
    demo: bool = False  # no site is set up; `sites` holds the demo alone
