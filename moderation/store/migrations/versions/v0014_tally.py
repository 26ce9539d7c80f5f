"""How many comments there are of each kind, kept by the database itself with every change."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

WHOLE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

FILL = """
INSERT INTO tally (site, status, waiting_for, kind, type, slot, number)
SELECT site, status, COALESCE(waiting_for, ''), kind, type, 0, COUNT(*)
FROM comment GROUP BY 1, 2, 3, 4, 5
"""

# SQLite has one writer at a time: a row for each, changed in its place.
SQLITE_ADD = """
INSERT INTO tally (site, status, waiting_for, kind, type, slot, number)
VALUES ({row}.site, {row}.status, IFNULL({row}.waiting_for, ''), {row}.kind, {row}.type, 0, {by})
ON CONFLICT (site, status, waiting_for, kind, type, slot) DO UPDATE SET number = number + {by};
"""
MORE, LESS = SQLITE_ADD.format(row="new", by="1"), SQLITE_ADD.format(row="old", by="-1")
MOVED = """
WHEN (old.site, old.status, IFNULL(old.waiting_for, ''), old.kind, old.type)
  <> (new.site, new.status, IFNULL(new.waiting_for, ''), new.kind, new.type)
"""
SQLITE = (
    f"CREATE TRIGGER tally_came AFTER INSERT ON comment BEGIN {MORE} END",
    f"CREATE TRIGGER tally_went AFTER DELETE ON comment BEGIN {LESS} END",
    "CREATE TRIGGER tally_moved AFTER UPDATE OF site, status, waiting_for, kind, type ON comment"
    f" {MOVED} BEGIN {LESS} {MORE} END",
)

# On PostgreSQL many write at once, and would wait for each other at such a row until the other
# has committed. There each statement adds rows of its own, and one in 64 puts those together that
# nobody else holds: nothing is ever changed in its place, and nobody waits. A slot may
# be taken all the same: the sequence begins anew in a database that a store was moved to.
POSTGRES_FOLD = """
CREATE FUNCTION tally_fold(a_site text, a_status text, a_wait text, a_kind text, a_type text)
RETURNS void LANGUAGE sql AS $$
  WITH free AS (
    SELECT t.slot FROM tally t
    WHERE t.site = a_site AND t.status = a_status AND t.waiting_for = a_wait
      AND t.kind = a_kind AND t.type = a_type
    FOR UPDATE SKIP LOCKED
  ), gone AS (
    DELETE FROM tally t USING free
    WHERE t.site = a_site AND t.status = a_status AND t.waiting_for = a_wait
      AND t.kind = a_kind AND t.type = a_type AND t.slot = free.slot
    RETURNING t.number
  )
  INSERT INTO tally (site, status, waiting_for, kind, type, slot, number)
  SELECT a_site, a_status, a_wait, a_kind, a_type, nextval('tally_slot'), SUM(number)
  FROM gone HAVING COUNT(*) > 0
  ON CONFLICT (site, status, waiting_for, kind, type, slot)
  DO UPDATE SET number = tally.number + EXCLUDED.number
$$
"""
POSTGRES_ADD = """
CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO tally (site, status, waiting_for, kind, type, slot, number)
  SELECT site, status, COALESCE(waiting_for, ''), kind, type, nextval('tally_slot'), {number}
  FROM rows_of_it GROUP BY 1, 2, 3, 4, 5
  ON CONFLICT (site, status, waiting_for, kind, type, slot)
  DO UPDATE SET number = tally.number + EXCLUDED.number;
  IF FOUND AND currval('tally_slot') % 64 = 0 THEN
    PERFORM tally_fold(site, status, COALESCE(waiting_for, ''), kind, type)
    FROM rows_of_it GROUP BY site, status, waiting_for, kind, type;
  END IF;
  RETURN NULL;
END $$
"""
POSTGRES_MOVE = """
CREATE FUNCTION tally_moved() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO tally (site, status, waiting_for, kind, type, slot, number) VALUES
    (old.site, old.status, COALESCE(old.waiting_for, ''), old.kind, old.type,
     nextval('tally_slot'), -1),
    (new.site, new.status, COALESCE(new.waiting_for, ''), new.kind, new.type,
     nextval('tally_slot'), 1)
  ON CONFLICT (site, status, waiting_for, kind, type, slot)
  DO UPDATE SET number = tally.number + EXCLUDED.number;
  IF currval('tally_slot') % 64 < 2 THEN
    PERFORM tally_fold(old.site, old.status, COALESCE(old.waiting_for, ''), old.kind, old.type);
    PERFORM tally_fold(new.site, new.status, COALESCE(new.waiting_for, ''), new.kind, new.type);
  END IF;
  RETURN NULL;
END $$
"""
POSTGRES = (
    "CREATE SEQUENCE tally_slot",
    POSTGRES_FOLD,
    POSTGRES_ADD.format(name="tally_came", number="COUNT(*)"),
    POSTGRES_ADD.format(name="tally_went", number="-COUNT(*)"),
    POSTGRES_MOVE,
    "CREATE TRIGGER tally_came AFTER INSERT ON comment REFERENCING NEW TABLE AS rows_of_it"
    " FOR EACH STATEMENT EXECUTE FUNCTION tally_came()",
    "CREATE TRIGGER tally_went AFTER DELETE ON comment REFERENCING OLD TABLE AS rows_of_it"
    " FOR EACH STATEMENT EXECUTE FUNCTION tally_went()",
    "CREATE TRIGGER tally_moved AFTER UPDATE OF site, status, waiting_for, kind, type ON comment"
    " FOR EACH ROW WHEN ((old.site, old.status, old.waiting_for, old.kind, old.type)"
    " IS DISTINCT FROM (new.site, new.status, new.waiting_for, new.kind, new.type))"
    " EXECUTE FUNCTION tally_moved()",
)


def upgrade() -> None:
    op.create_table(
        "tally",
        sa.Column("site", sa.Text, nullable=False),
        sa.Column("status", sa.Text, nullable=False),
        sa.Column("waiting_for", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("type", sa.Text, nullable=False),
        sa.Column("slot", WHOLE, nullable=False, autoincrement=False),
        sa.Column("number", WHOLE, nullable=False),
        sa.PrimaryKeyConstraint("site", "status", "waiting_for", "kind", "type", "slot"),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    sqlite = op.get_context().dialect.name == "sqlite"
    for statement in SQLITE if sqlite else POSTGRES:
        op.execute(statement)
    op.execute(FILL)


def downgrade() -> None:
    """The way back is a backup."""
    raise NotImplementedError("restore a backup instead")
