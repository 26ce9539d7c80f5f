"""How verbs print: columns for people, with nothing in them that moves the cursor."""

from moderation.cli.frame import table


def test_columns_are_as_wide_as_what_stands_in_them() -> None:
    lines = list(table(("ID", "NAME"), [("1", "Ana"), ("2222", "Mei Lin")], "nobody"))
    assert lines == ["ID    NAME", "1     Ana", "2222  Mei Lin"]


def test_without_rows_there_is_a_sentence() -> None:
    assert list(table(("ID", "NAME"), [], "Nobody yet.")) == ["Nobody yet."]


def test_what_strangers_wrote_stays_on_its_line() -> None:
    (_, line) = table(("ID", "NAME"), [("1", "a\x1b[2J\nb\u202ec")], "")
    assert line == "1   a [2J b c"
