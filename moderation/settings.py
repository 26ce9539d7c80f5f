"""`settings.toml` and the environment as frozen types; all faults are told at once."""

from dataclasses import dataclass, field

from moderation.domain.site import Moderation, Pings, Site


@dataclass(frozen=True, slots=True)
class Server:
    host: str = "127.0.0.1"
    port: int = 8000
    public_url: str = "http://127.0.0.1:8000"  # without a trailing "/"; may have a path
    allowed_hosts: tuple[str, ...] = ()
    trusted_proxies: tuple[str, ...] = ()
    workers: int = 1


@dataclass(frozen=True, slots=True)
class StoreSettings:
    url: str = "sqlite:///data/moderation.db"  # absolute once loaded


@dataclass(frozen=True, slots=True)
class ChecksSettings:
    off: tuple[str, ...] = ()
    phrases_hold: tuple[str, ...] = ()
    phrases_spam: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class AkismetSettings:
    key: str = field(default="", repr=False)
    url: str = "https://rest.akismet.com"
    timeout_seconds: float = 5.0


@dataclass(frozen=True, slots=True)
class MailSettings:
    url: str = field(default="", repr=False)  # smtp://user:pass@host:587; "" = off
    sender: str = ""  # `from` in the file


@dataclass(frozen=True, slots=True)
class Limits:
    comments_per_minute: int = 5
    pings_per_minute: int = 30


@dataclass(frozen=True, slots=True)
class Privacy:
    keep_addresses_days: int = 30


@dataclass(frozen=True, slots=True)
class Retention:
    trash_days: int = 30
    spam_days: int = 15


@dataclass(frozen=True, slots=True)
class Settings:
    """All of it. `sites` is never empty: without one in the file it holds the demo site."""

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
