"""What every channel on the shelf must do; a new file there is taken in by itself."""

import inspect
import socket
from collections.abc import Iterator
from typing import get_type_hints

import pytest

from moderation.notify.contract import Channel, Letter, NotDelivered
from moderation.plugs import names, plug
from moderation.settings import MailSettings, Settings

SECRET = "hunter2"
LETTER = Letter(
    id="m0letter",
    to="ana@readers.example",
    subject="[Blog] A comment waits: “Bo”",
    text="Bo's text\n",
    html="<p>Bo's text</p>",
    headers=(("List-Unsubscribe", "<https://comments.blog.example/act/stop>"),),
)


@pytest.fixture
def nobody() -> Iterator[str]:
    """An address on this machine where nobody listens."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        yield f"127.0.0.1:{taken.getsockname()[1]}"


def channel(name: str, mail: MailSettings) -> Channel:
    """Make a channel with the settings its `make` asks for; all else has a default."""
    make = plug("notify", name).make
    wanted = get_type_hints(make)["settings"]
    made: Channel = make(mail if wanted is MailSettings else Settings(mail=mail))
    return made


async def refusal(made: Channel) -> NotDelivered | None:
    try:
        await made.deliver(LETTER)
    except NotDelivered as told:
        return told
    return None


@pytest.mark.parametrize("name", names("notify"))
class TestChannel:
    def test_its_name_is_its_files(self, name: str) -> None:
        assert channel(name, MailSettings()).name == name

    def test_it_says_whether_it_is_on(self, name: str) -> None:
        assert isinstance(channel(name, MailSettings()).on, bool)

    def test_it_is_made_from_settings_alone(self, name: str) -> None:
        first, *others = inspect.signature(plug("notify", name).make).parameters.values()
        assert first.name == "settings"
        assert all(other.default is not inspect.Parameter.empty for other in others)

    async def test_it_delivers_or_says_that_it_did_not(self, name: str, nobody: str) -> None:
        url = f"smtp://user:{SECRET}@{nobody}"
        made = channel(name, MailSettings(url=url, sender="mail@blog.example"))
        told = await refusal(made)
        if told is not None:
            assert told.reason
            assert told.final is False  # nobody there may be somebody there tomorrow
            assert SECRET not in f"{told.reason} {told!r}"
            assert LETTER.to not in told.reason
        assert SECRET not in repr(made)

    async def test_what_is_off_does_not_pretend(self, name: str) -> None:
        made = channel(name, MailSettings())
        assert made.on or await refusal(made) is not None
