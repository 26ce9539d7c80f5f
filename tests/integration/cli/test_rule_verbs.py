"""Rules on the command line: made, tried, taken in from a list, given out, removed."""

import json
from typing import Any

import httpx

from tests.integration.cli.service import PATIENCE, Desk, Running


def data(desk: Desk, *arguments: str, code: int = 0) -> Any:
    done = desk.run(*arguments, "--json")
    assert done.returncode == code, done.stderr
    return json.loads(done.stdout)


def write(service: Running, text: str) -> None:
    """Say something as a reader does."""
    author = {"name": "Tom", "email": "tom@readers.example"}
    said = {"article": f"{service.url}/demo/", "author": author, "text": text}
    answer = httpx.post(f"{service.url}/comments", json=said, timeout=PATIENCE)
    assert answer.status_code == 201, answer.text


def test_rules_are_made_listed_exported_and_removed(desk_on_both: Desk) -> None:
    desk = desk_on_both
    made = data(desk, "rule", "add", "link", "https://www.Spam.example/x", "--spam", "--days", "3")
    assert (made["what"], made["value"], made["verdict"]) == ("link", "spam.example", "spam")
    again = desk.run("rule", "add", "link", "spam.example")
    assert (again.returncode, again.stderr) == (1, "There is a rule like this already.\n")
    keys = desk.folder / "keys.txt"
    keys.write_text("viagra\n192.0.2.\na\n", "utf-8")
    dry = desk.run("rule", "import", "wordpress-disallowed", str(keys), "--dry-run")
    assert dry.returncode == 3
    assert "line 2: network “192.0.2.0/24” is spam; would have caught 0." in dry.stdout
    assert "line 3: left out: “a” is too short" in dry.stdout
    taken = data(desk, "rule", "import", "wordpress-disallowed", str(keys), code=3)
    assert taken["added"] == 2
    listed = data(desk, "rule", "list")["rules"]
    assert [(rule["what"], rule["value"]) for rule in listed] == [
        ("link", "spam.example"),
        ("phrase", "viagra"),
        ("network", "192.0.2.0/24"),
    ]
    assert "spam\tlink\tspam.example\t\t3\t\n" in desk.run("rule", "export").stdout
    gone = desk.run("rule", "remove", made["id"], "nothing")
    assert gone.returncode == 3
    assert "no rule any more about “spam.example”" in gone.stdout
    assert len(data(desk, "rule", "list")["rules"]) == 2


def test_a_rule_that_would_fit_everything_is_refused_in_one_line(desk: Desk) -> None:
    done = desk.run("rule", "add", "phrase", "http")
    assert done.returncode == 1
    assert done.stderr == "“http” stands in nearly every address or text.\n"


def test_a_rule_is_put_on_what_waits(desk_on_both: Desk) -> None:
    desk = desk_on_both
    with desk.running("serve") as service:
        for text in ("cheap pills now", "more cheap pills", "my casino", "once again"):
            write(service, text)
        tried = desk.run("rule", "add", "phrase", "cheap pills", "--spam", "--try")
        assert tried.stdout.endswith("Of what waits it fits 2.\n")
        made = data(desk, "rule", "add", "phrase", "cheap pills", "--spam")
        assert made["waiting"] == {"fit": 2, "exact": True}
        dry = desk.run("rule", "apply", made["id"], "--dry-run")
        assert dry.stdout.startswith("Of what waits it fits 2.\n")
        applied = data(desk, "rule", "apply", made["id"])["applied"]
        assert (len(applied["spam"]), applied["held"], applied["left"]) == (2, [], 0)
        done = desk.run("rule", "add", "phrase", "casino", "--apply-to-waiting")
        assert "0 became spam, 1 wait on with the rule beside them." in done.stdout
        desk.run("rule", "add", "phrase", "again", "--spam")
        assert data(desk, "rule", "apply", "--all", "--dry-run")["waiting"]["fit"] == 1
        assert len(data(desk, "rule", "apply", "--all")["applied"]["spam"]) == 1
    assert desk.run("rule", "apply").returncode == 2
    assert desk.run("rule", "apply", "nothing").stderr == "There is no such rule.\n"
    both = desk.run("rule", "add", "phrase", "x y", "--try", "--apply-to-waiting")
    assert both.returncode == 2
