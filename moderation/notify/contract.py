"""What a channel is: it takes a letter and delivers it, or says that it could not."""

from dataclasses import dataclass, field
from typing import Protocol


class NotDelivered(Exception):
    """Could not be delivered; `final` where trying again cannot help (a refused recipient)."""

    def __init__(self, reason: str, *, final: bool = False) -> None:
        super().__init__(reason)
        self.reason = reason
        self.final = final


@dataclass(frozen=True, slots=True)
class Letter:
    """One message to one person, ready to go."""

    id: str  # kept over repeats: the same letter twice is one to a mail reader
    to: str
    subject: str  # fixed words and at most a cleaned title
    text: str
    html: str
    headers: tuple[tuple[str, str], ...] = field(default=())  # List-Unsubscribe and the like


class Channel(Protocol):
    """One way to tell people. Its file offers ``make(settings: MailSettings) -> Channel``."""

    @property
    def name(self) -> str:
        """The name of its file."""
        ...

    @property
    def on(self) -> bool:
        """Whether it is set up."""
        ...

    async def deliver(self, letter: Letter) -> None:
        """Hand a letter over; raises `NotDelivered`."""
        ...
