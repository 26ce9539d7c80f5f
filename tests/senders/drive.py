"""Sends one ping by somebody else's software: ``drive.py FOLDER CLIENT SOURCE TARGET``.

Run by an interpreter of its own (``python -I -S``) that sees what is installed in FOLDER and
nothing else; prints what the client made of the answer, as JSON: `sent`, and `said`.
"""

import json
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

TIMEOUT = 20.0  # seconds for one request of a client that takes one


def ronkyuu(source: str, target: str) -> tuple[bool, str]:
    import ronkyuu

    _, endpoint = ronkyuu.discoverEndpoint(target, test_urls=False, timeout=TIMEOUT)
    answer = ronkyuu.sendWebmention(source, target, endpoint, test_urls=False, timeout=TIMEOUT)
    return answer.ok, str(answer.status_code)  # the caller decides; any 2xx is well


def webmention_tools(source: str, target: str) -> tuple[bool, str]:
    from webmentiontools.send import WebmentionSend

    client = WebmentionSend(source, target)
    return client.send(timeout=TIMEOUT), json.dumps(client.error)


def webmentions(source: str, target: str) -> tuple[bool, str]:
    from webmentions.handlers._outgoing import OutgoingWebmentionsProcessor
    from webmentions.storage import WebmentionsStorage

    sent: list[tuple[str, str]] = []

    def nothing(*_: object, **__: object) -> list[object]:
        return []

    def mark_sent(_: object, source: str, target: str) -> None:
        sent.append((source, target))

    # What it would keep in a database.
    names = ("store_webmention", "delete_webmention", "retrieve_webmentions")
    members = {**dict.fromkeys(names, nothing), "mark_sent": mark_sent}
    storage = type("Memory", (WebmentionsStorage,), members)()
    client = OutgoingWebmentionsProcessor(storage, ssrf_protection=False, http_timeout=TIMEOUT)
    client.process_outgoing_webmentions(source)
    return sent == [(source, target)], str(sent)


def indieweb_utils(source: str, target: str) -> tuple[bool, str]:
    send: Any = part_of("indieweb_utils", "webmentions.send")
    answer = send.send_webmention(source, target)
    return True, f"{answer.status_code} {answer.title}"


def indieweb_utils_trackback(source: str, target: str) -> tuple[bool, str]:
    send: Any = part_of("indieweb_utils", "trackback.send")
    try:
        send.send_trackback(target, source, "On margins", "What I think of it", "Bea's Blog")
    except send.TrackbackError as error:
        return False, str(error)
    return True, ""


def part_of(package: str, module: str) -> ModuleType:
    """Import a part of a package without its front, which wants libraries for other things."""
    from importlib import import_module

    front = ModuleType(package)
    front.__path__ = [str(Path(sys.path[0]) / package)]
    sys.modules[package] = front
    return import_module(f"{package}.{module}")


CLIENTS = {
    "ronkyuu": ronkyuu,
    "webmention-tools": webmention_tools,
    "webmentions": webmentions,
    "indieweb-utils": indieweb_utils,
    "indieweb-utils trackback": indieweb_utils_trackback,
}


if __name__ == "__main__":
    folder, client, source, target = sys.argv[1:]
    sys.path.insert(0, folder)
    sent, said = CLIENTS[client](source, target)
    print(json.dumps({"sent": sent, "said": said}))
