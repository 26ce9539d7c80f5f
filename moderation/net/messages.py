"""What the service and its reading process say to each other: a length, then MessagePack."""

import struct
from datetime import datetime

import msgspec

from moderation.domain.ping import ArticleFacts, SourceFacts
from moderation.net.contract import Page

LENGTH = struct.Struct(">I")  # before each message
READY = b"ready"  # the process's first words


class Job(msgspec.Struct, frozen=True):
    """One page to read; without `targets` it is the owner's own article."""

    page: Page
    targets: list[str] | None
    now: datetime
    cpu_seconds: int
    sketch: tuple[int, ...] = ()  # what is known of the page's words


class Outcome(msgspec.Struct, frozen=True, omit_defaults=True):
    """What came of it: exactly one of these."""

    source: SourceFacts | None = None
    article: ArticleFacts | None = None
    not_html: str = ""
    failed: str = ""
