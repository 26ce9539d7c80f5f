"""What the channel of a house without mail says."""

from structlog.testing import capture_logs

from moderation.notify.contract import Letter
from moderation.notify.log import make
from moderation.settings import MailSettings


async def test_one_line_says_that_something_waits_and_nothing_of_whom() -> None:
    letter = Letter("m0a", "ana@readers.example", "About Ana", "Ana's text", "<p>Ana's text")
    channel = make(MailSettings())
    with capture_logs() as lines:
        await channel.deliver(letter)
    assert channel.on
    assert len(lines) == 1
    assert lines[0]["letter"] == "m0a"
    assert lines[0]["log_level"] == "info"
    assert "Ana" not in str(lines)
    assert "@" not in str(lines)
