"""`settings.toml` and the environment as frozen types; all faults are told at once."""

from moderation.settings.faults import SettingFault, SettingsFaults
from moderation.settings.loading import Loaded, load
from moderation.settings.secret import secrets_of
from moderation.settings.sections import (
    AkismetSettings,
    ChecksSettings,
    Limits,
    MailSettings,
    Privacy,
    Retention,
    Server,
    Settings,
    StoreSettings,
)

__all__ = [
    "AkismetSettings",
    "ChecksSettings",
    "Limits",
    "Loaded",
    "MailSettings",
    "Privacy",
    "Retention",
    "Server",
    "SettingFault",
    "Settings",
    "SettingsFaults",
    "StoreSettings",
    "load",
    "secrets_of",
]
