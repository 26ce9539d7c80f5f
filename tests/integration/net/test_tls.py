"""Certificates: checked by name, although an address is dialled."""

import shutil
import ssl
import subprocess
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

import pytest

from moderation.net.client import GuardedFetcher
from tests.integration.net.asking import fetch, refused
from tests.sources import SourceServer


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a certificate for blog.example that nobody trusts but these tests."""
    openssl = shutil.which("openssl")
    if openssl is None:
        pytest.skip("no openssl to make a certificate with")
    folder = tmp_path_factory.mktemp("tls")
    words = ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2"]
    names = ["-subj", "/CN=blog.example", "-addext", "subjectAltName=DNS:blog.example"]
    files = ("-keyout", str(folder / "key.pem"), "-out", str(folder / "certificate.pem"))
    subprocess.run([openssl, *words, *names, *files], check=True, capture_output=True)
    return folder


@pytest.fixture
async def tls_server(certificate: Path) -> AsyncIterator[SourceServer]:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate / "certificate.pem", certificate / "key.pem")
    async with SourceServer(tls=context) as running:
        yield running


async def to_loopback(host: str, port: int) -> Sequence[str]:
    return ["127.0.0.1"]


async def test_the_certificate_is_checked_by_name(
    tls_server: SourceServer, certificate: Path
) -> None:
    tls_server.page("/", "x")
    hosts = [f"{name}:{tls_server.port}" for name in ("blog.example", "other.example")]
    fetcher = GuardedFetcher(
        "https://c.example",
        allowed_private=frozenset(hosts),
        resolve=to_loopback,
        tls=ssl.create_default_context(cafile=certificate / "certificate.pem"),
    )
    assert (await fetch(fetcher, f"https://{hosts[0]}/")).body == b"x"
    assert tls_server.requests[0].headers["host"] == hosts[0]
    await refused(fetcher, f"https://{hosts[1]}/")
    assert len(tls_server.requests) == 1


async def test_a_certificate_nobody_signed_is_refused(tls_server: SourceServer) -> None:
    host = f"blog.example:{tls_server.port}"
    fetcher = GuardedFetcher(
        "https://c.example", allowed_private=frozenset({host}), resolve=to_loopback
    )
    await refused(fetcher, f"https://{host}/")
    assert not tls_server.requests


async def test_https_does_not_lead_to_http_elsewhere(
    tls_server: SourceServer, server: SourceServer, certificate: Path
) -> None:
    host = f"blog.example:{tls_server.port}"
    fetcher = GuardedFetcher(
        "https://c.example",
        allowed_private=frozenset({host, server.pair, f"blog.example:{server.port}"}),
        resolve=to_loopback,
        tls=ssl.create_default_context(cafile=certificate / "certificate.pem"),
    )
    server.page("/", "x")
    tls_server.redirect("/elsewhere", server.url("/"))
    tls_server.redirect("/same", f"http://blog.example:{server.port}/")
    await refused(fetcher, f"https://{host}/elsewhere")
    assert not server.requests
    assert (await fetch(fetcher, f"https://{host}/same")).body == b"x"
