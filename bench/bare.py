"""The limit: an ASGI application that sends bytes made beforehand, and nothing else.

    python -m bench.bare FILE PORT [--plain]

FILE holds answers as another server gave them, by their target. The server around it is the
service's own, or with `--plain` uvicorn as it comes (httptools and uvloop, no access log).
"""

import asyncio
import base64
import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import uvicorn
from starlette.types import Receive, Scope, Send

from bench.asked import Answer
from moderation.cli.serving.listening import Listening
from moderation.cli.serving.server import loop_factory, make_server

# What the server around the application writes by itself.
OF_THE_SERVER = {"date", "server", "connection", "transfer-encoding"}
Messages = tuple[Mapping[str, Any], Mapping[str, Any]]


class Bare:
    """Looks a target up and sends what is there."""

    def __init__(self, answers: Mapping[tuple[str, bytes], Messages]) -> None:
        self._answers = answers

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["method"] == "POST":
            while (await receive()).get("more_body"):
                pass
        start, body = self._answers[scope["path"], scope["query_string"]]
        await send(dict(start))
        await send(dict(body))


def write(answers: Mapping[str, Answer], file: Path) -> None:
    """Write down answers for `read`."""
    told = {
        target: {
            "status": answer.status,
            "headers": [
                [name.lower(), value]
                for name, value in answer.headers
                if name.lower() not in OF_THE_SERVER
            ],
            "body": base64.b64encode(answer.body).decode(),
        }
        for target, answer in answers.items()
    }
    file.write_text(json.dumps(told), "utf-8")


def read(file: Path) -> Mapping[tuple[str, bytes], Messages]:
    """Read what `write` wrote, as messages."""
    found: dict[tuple[str, bytes], Messages] = {}
    for target, answer in json.loads(file.read_text("utf-8")).items():
        path, _, query = target.partition("?")
        headers = [(name.encode("latin-1"), v.encode("latin-1")) for name, v in answer["headers"]]
        found[path, query.encode()] = (
            {"type": "http.response.start", "status": answer["status"], "headers": headers},
            {"type": "http.response.body", "body": base64.b64decode(answer["body"])},
        )
    return found


def main(arguments: Sequence[str]) -> None:
    """Serve until killed."""
    app, port = Bare(read(Path(arguments[0]))), int(arguments[1])
    if "--plain" in arguments:
        uvicorn.run(app, port=port, lifespan="off", access_log=False, log_level="error")
        return
    listening = Listening("127.0.0.1", port)
    with asyncio.Runner(loop_factory=loop_factory()) as runner:
        runner.run(make_server(app).serve(sockets=[listening.socket]))


if __name__ == "__main__":
    main(sys.argv[1:])
