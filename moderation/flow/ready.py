"""What readers ask of a thread, and the answer as it is kept: bytes, tag, compressed forms."""

from dataclasses import dataclass, field
from datetime import datetime

from moderation.domain.site import Site

LAG = 0.05  # seconds by which what is approved by itself may be late in a thread
ENTRY_BYTES = 1024  # what keeping an answer costs beside its bytes


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
    encoded: dict[str, bytes] = field(default_factory=dict)  # by the name of the encoding
    beside: int = 0  # bytes that others keep for as long as this is kept
    used: bool = False  # since it was last weighed against others
    began: float = 0.0  # when it was begun to be made, by the monotonic clock
    stale: bool = False  # comments were added since; true enough until LAG after `began`

    @property
    def weight(self) -> int:
        """Bytes of memory, about."""
        forms = sum(map(len, self.encoded.values()))
        return len(self.body) + forms + self.beside + ENTRY_BYTES
