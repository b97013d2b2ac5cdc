-- Where a team wants to be told of its rollouts (decision 013). A removed webhook keeps its row for the log, not its secret.
CREATE TABLE "webhook" (
    "id" UUID NOT NULL,
    "team_id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "url" TEXT NOT NULL,
    "secret" BYTEA,
    "secret_key" TEXT,
    "author_id" TEXT NOT NULL,
    "author_name" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "removed_at" TIMESTAMPTZ(3),
    "cursor" TIMESTAMPTZ(3) NOT NULL,
    "lease_owner" UUID,
    "lease_until" TIMESTAMPTZ(3),

    CONSTRAINT "webhook_pkey" PRIMARY KEY ("id")
);

-- One message to one webhook, and how far it came. `next_at` null: delivered, or given up.
CREATE TABLE "webhook_delivery" (
    "id" UUID NOT NULL,
    "webhook_id" UUID NOT NULL,
    "rollout_id" UUID,
    "seq" INTEGER,
    "type" TEXT NOT NULL,
    "body" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "tried_at" TIMESTAMPTZ(3),
    "next_at" TIMESTAMPTZ(3),
    "status" INTEGER,
    "error" TEXT,
    "delivered_at" TIMESTAMPTZ(3),

    CONSTRAINT "webhook_delivery_pkey" PRIMARY KEY ("id")
);

CREATE INDEX "webhook_team_id_idx" ON "webhook"("team_id");
CREATE UNIQUE INDEX "webhook_delivery_webhook_id_rollout_id_seq_key" ON "webhook_delivery"("webhook_id", "rollout_id", "seq");
CREATE INDEX "webhook_delivery_webhook_id_created_at_idx" ON "webhook_delivery"("webhook_id", "created_at");
CREATE INDEX "webhook_delivery_rollout_id_idx" ON "webhook_delivery"("rollout_id");
ALTER TABLE "webhook" ADD CONSTRAINT "webhook_team_id_fkey" FOREIGN KEY ("team_id") REFERENCES "team"("id") ON DELETE RESTRICT ON UPDATE CASCADE;
ALTER TABLE "webhook_delivery" ADD CONSTRAINT "webhook_delivery_webhook_id_fkey" FOREIGN KEY ("webhook_id") REFERENCES "webhook"("id") ON DELETE RESTRICT ON UPDATE CASCADE;
ALTER TABLE "webhook_delivery" ADD CONSTRAINT "webhook_delivery_rollout_id_fkey" FOREIGN KEY ("rollout_id") REFERENCES "rollout"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- What Prisma does not describe. Few of all messages wait, and they are asked for every second; so are the few ledger rows that a person is told of.
CREATE INDEX "webhook_delivery_waiting" ON "webhook_delivery"("webhook_id", "next_at") WHERE "next_at" IS NOT NULL;
CREATE INDEX "ledger_told" ON "ledger"("at") WHERE "kind" IN ('launched', 'starting', 'held', 'hold-removed', 'hold-overdue', 'returning', 'ended',
  'watch-passed', 'watch-asks', 'watch-ended', 'watch-failed');

DO $$
BEGIN
  IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'slipway_app') THEN
    GRANT SELECT, INSERT, UPDATE ON public.webhook TO slipway_app;
    GRANT SELECT, INSERT, UPDATE, DELETE ON public.webhook_delivery TO slipway_app;
  END IF;
END $$;
