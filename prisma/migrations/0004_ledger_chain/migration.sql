-- The ledger of each rollout becomes a chain (decision 008): a row holds the hash of the row before it, and its own.
ALTER TABLE "ledger" ADD COLUMN "prev_hash" TEXT NOT NULL DEFAULT '', ADD COLUMN "hash" TEXT NOT NULL DEFAULT '';
-- How many rows there are and the hash of the last one: a row that is cut off the end is missed.
ALTER TABLE "rollout" ADD COLUMN "ledger_seq" INTEGER NOT NULL DEFAULT 0, ADD COLUMN "ledger_hash" TEXT NOT NULL DEFAULT '';

-- What a row's hash is made from, line by line: rollout, seq, kind, payload (jsonb's own text, which Postgres keeps canonical), time in ms, hash before.
CREATE FUNCTION ledger_hash(rollout_id uuid, seq integer, kind text, payload jsonb, at timestamptz, prev_hash text) RETURNS text
LANGUAGE sql STABLE AS $$
  SELECT encode(sha256(convert_to(
    concat_ws(E'\n', rollout_id::text, seq::text, kind, payload::text, (extract(epoch FROM at) * 1000)::bigint::text, prev_hash), 'UTF8')), 'hex')
$$;

-- Rows from before: each rollout's in the order of seq.
ALTER TABLE "ledger" DISABLE TRIGGER "append_only";
DO $$
DECLARE
  one record; present uuid; last text := '';
BEGIN
  FOR one IN SELECT * FROM "ledger" ORDER BY "rollout_id", "seq" LOOP
    IF present IS DISTINCT FROM one.rollout_id THEN last := ''; END IF;
    present := one.rollout_id;
    UPDATE "ledger" SET "prev_hash" = last, "hash" = ledger_hash(one.rollout_id, one.seq, one.kind, one.payload, one.at, last)
      WHERE "rollout_id" = one.rollout_id AND "seq" = one.seq RETURNING "hash" INTO last;
  END LOOP;
END $$;
UPDATE "rollout" r SET "ledger_seq" = l."seq", "ledger_hash" = l."hash"
  FROM (SELECT DISTINCT ON ("rollout_id") * FROM "ledger" ORDER BY "rollout_id", "seq" DESC) l WHERE l."rollout_id" = r."id";
ALTER TABLE "ledger" ENABLE TRIGGER "append_only";
ALTER TABLE "ledger" ADD CONSTRAINT "ledger_hash_form" CHECK ("hash" ~ '^[0-9a-f]{64}$');

-- Whoever appends, the row is linked here, under the rollout's row lock: no writer can choose a hash, leave a seq out or take one twice.
CREATE FUNCTION link_ledger() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  last record;
BEGIN
  SELECT ledger_seq AS seq, ledger_hash AS hash INTO last FROM public.rollout WHERE id = NEW.rollout_id FOR UPDATE;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'there is no rollout %', NEW.rollout_id USING ERRCODE = 'foreign_key_violation';
  END IF;
  IF NEW.seq <> last.seq + 1 THEN
    RAISE EXCEPTION 'the next row of the ledger of rollout % is %, not %', NEW.rollout_id, last.seq + 1, NEW.seq USING ERRCODE = 'restrict_violation';
  END IF;
  NEW.prev_hash := last.hash;
  NEW.hash := public.ledger_hash(NEW.rollout_id, NEW.seq, NEW.kind, NEW.payload, NEW.at, last.hash);
  UPDATE public.rollout SET ledger_seq = NEW.seq, ledger_hash = NEW.hash WHERE id = NEW.rollout_id;
  RETURN NEW;
END $$;
CREATE TRIGGER "link" BEFORE INSERT ON "ledger" FOR EACH ROW EXECUTE FUNCTION link_ledger();
