"""The fixture `smtp`: a fresh SMTP server on loopback."""

from collections.abc import Iterator

import pytest

from tests.integration.mail.smtp_server import SmtpServer


@pytest.fixture
def smtp() -> Iterator[SmtpServer]:
    with SmtpServer() as server:
        yield server
