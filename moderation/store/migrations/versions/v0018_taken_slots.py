"""On PostgreSQL a slot of the tally may be taken: a store that was moved there brings its own."""

from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

# As migration 0014 made them, but that a row which stands in the slot is added to. The sequence
# begins anew in a database that rows were moved to, and comes by the slots they stand in.
POSTGRES_FOLD = """
CREATE OR REPLACE FUNCTION
  tally_fold(a_site text, a_status text, a_wait text, a_kind text, a_type text)
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
CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$
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
CREATE OR REPLACE FUNCTION tally_moved() RETURNS trigger LANGUAGE plpgsql AS $$
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


def upgrade() -> None:
    if op.get_context().dialect.name == "sqlite":
        return
    op.execute(POSTGRES_FOLD)
    op.execute(POSTGRES_ADD.format(name="tally_came", number="COUNT(*)"))
    op.execute(POSTGRES_ADD.format(name="tally_went", number="-COUNT(*)"))
    op.execute(POSTGRES_MOVE)


def downgrade() -> None:
    """The way back is a backup."""
    raise NotImplementedError("restore a backup instead")
