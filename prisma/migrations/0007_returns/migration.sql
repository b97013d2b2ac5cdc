-- Since when nothing is written for an endpoint, because its clusters hold what is not ours; the facts about it, to be shown.
ALTER TABLE "endpoint" ADD COLUMN "read_only_since" TIMESTAMPTZ(3);
ALTER TABLE "endpoint" ADD COLUMN "read_only" JSONB;

-- Several endpoints returned by one confirmation. `undone_at`: somebody asked to undo it.
CREATE TABLE "bulk_return" (
    "id" UUID NOT NULL,
    "to_time" TIMESTAMPTZ(3),
    "reason" TEXT NOT NULL DEFAULT '',
    "author_id" TEXT NOT NULL,
    "author_name" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "undone_at" TIMESTAMPTZ(3),

    CONSTRAINT "bulk_return_pkey" PRIMARY KEY ("id")
);

-- One endpoint of it. A rollout's id: done; a sentence: refused, and why.
CREATE TABLE "bulk_return_item" (
    "bulk_id" UUID NOT NULL,
    "endpoint_id" UUID NOT NULL,
    "from_version_id" UUID,
    "to_version_id" UUID NOT NULL,
    "rollout_id" UUID,
    "refused" TEXT,
    "undo_rollout_id" UUID,
    "undo_refused" TEXT,

    CONSTRAINT "bulk_return_item_pkey" PRIMARY KEY ("bulk_id", "endpoint_id")
);

CREATE INDEX "bulk_return_created_at_idx" ON "bulk_return"("created_at");
CREATE INDEX "bulk_return_item_endpoint_id_idx" ON "bulk_return_item"("endpoint_id");
ALTER TABLE "bulk_return_item" ADD CONSTRAINT "bulk_return_item_bulk_id_fkey" FOREIGN KEY ("bulk_id") REFERENCES "bulk_return"("id") ON DELETE RESTRICT ON UPDATE CASCADE;
ALTER TABLE "bulk_return_item" ADD CONSTRAINT "bulk_return_item_endpoint_id_fkey" FOREIGN KEY ("endpoint_id") REFERENCES "endpoint"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- What Prisma does not describe. Few endpoints are read-only, and every page asks; the measured returns among all ledger rows are few, too.
CREATE INDEX "endpoint_read_only" ON "endpoint"("read_only_since") WHERE "read_only_since" IS NOT NULL;
CREATE INDEX "ledger_safe" ON "ledger"("at") WHERE "kind" = 'safe';

DO $$
BEGIN
  IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'slipway_app') THEN
    GRANT SELECT, INSERT, UPDATE ON public.bulk_return, public.bulk_return_item TO slipway_app;
  END IF;
END $$;
