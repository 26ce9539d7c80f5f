"""The owner of a service that is measured: signs in as a browser does, and looks at the queue."""

import re
import subprocess
import sys
from collections.abc import Mapping
from urllib.parse import urlencode

from bench.asked import Answer, ask
from bench.load import Unmeasurable
from bench.processes import ROOT
from bench.servers import Server, environ

NAME, PASSWORD = "Ana", "a long walk by the river"
LOGIN = "/dashboard/login"


def signed_in(service: Server) -> Mapping[str, str]:
    """Make an account beside the running service; the headers of whoever is signed in with it."""
    words = ["user", "add", NAME, "--email", "ana@blog.example", "--password-stdin"]
    subprocess.run(  # noqa: S603 our own words
        [sys.executable, "-m", "moderation", "--settings", str(service.settings), *words],
        cwd=ROOT,
        env=environ(),
        input=PASSWORD.encode(),
        capture_output=True,
        check=True,
    )
    page = ask(service.base, LOGIN)
    token = re.search(r'name="?csrf_token"?\s+value="?([^"\s>]+)', page.body.decode())
    if token is None:
        raise Unmeasurable("the page to sign in at has no form")
    fields = {"username": NAME, "password": PASSWORD, "csrf_token": token[1]}
    headers = {
        "Content-Type": "application/x-www-form-urlencoded",
        "Origin": service.base,
        "Sec-Fetch-Site": "same-origin",
        **_cookies(page),
    }
    given = ask(service.base, LOGIN, method="POST", headers=headers, body=urlencode(fields))
    cookies = _cookies(given)
    if given.status != 303 or not cookies:
        raise Unmeasurable(f"the owner cannot sign in: {given.status}")
    return cookies


def _cookies(answer: Answer) -> Mapping[str, str]:
    pairs = [v.partition(";")[0] for name, v in answer.headers if name.lower() == "set-cookie"]
    return {"Cookie": "; ".join(pairs)} if pairs else {}
