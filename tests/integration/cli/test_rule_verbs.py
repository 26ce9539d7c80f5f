"""Rules on the command line: made, tried, taken in from a list, given out, removed."""

import json
from typing import Any

from tests.integration.cli.service import Desk


def data(desk: Desk, *arguments: str, code: int = 0) -> Any:
    done = desk.run(*arguments, "--json")
    assert done.returncode == code, done.stderr
    return json.loads(done.stdout)


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
