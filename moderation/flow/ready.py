"""What readers ask of a thread, and the answer as it is kept: bytes, tag, compressed forms."""

import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType

from moderation.domain.site import Site

LAG = 0.05  # seconds by which what is approved by itself may be late in a thread
ENTRY_BYTES = 640  # what keeping an answer costs beside its bytes and its address, as measured
ENCODED_BYTES = 240  # what a compressed form costs beside its bytes
NONE: Mapping[str, bytes] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Asked:
    """One way of seeing one article."""

    format: str
    address: str
    page: int = 1
    form: bool = True
    comment: str = ""  # the page that holds this comment
    answer: str = ""  # the comment being answered without script


@dataclass(slots=True, eq=False)
class Ready:
    """An answer whole: bytes, their tag, and compressed forms as they are first asked for."""

    body: bytes
    etag: str  # strong, of the identity bytes: equal in all processes and after restarts
    content_type: str
    site: Site
    article_id: str | None  # None: nothing is stored of this address
    takes_pings: bool = False
    until: datetime | None = None  # the article closes by itself then, and says so
    encoded: Mapping[str, bytes] = field(default_factory=lambda: NONE)  # by name of the encoding
    beside: int = 0  # bytes that others keep for as long as this is kept
    counted: int = 0  # the weight by which it was last counted
    used: bool = False  # since it was last weighed against others
    began: float = 0.0  # when it was begun to be made, by the monotonic clock
    stale: bool = False  # comments were added since; true enough until LAG after `began`

    def weight(self, asked: Asked) -> int:
        """Bytes of memory, about, where it is kept as the answer to this."""
        forms = sum(len(form) + ENCODED_BYTES for form in self.encoded.values())
        address = sys.getsizeof(asked.address)
        return len(self.body) + forms + address + self.beside + ENTRY_BYTES
