-- CreateSchema
CREATE SCHEMA IF NOT EXISTS "public";

-- CreateTable
CREATE TABLE "installation" (
    "id" INTEGER NOT NULL DEFAULT 1,
    "example" BOOLEAN NOT NULL DEFAULT false,
    "setup_code_hash" TEXT,
    "restore_mark" UUID NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "example_ended_at" TIMESTAMPTZ(3),

    CONSTRAINT "installation_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "process" (
    "id" UUID NOT NULL,
    "kind" TEXT NOT NULL,
    "detail" JSONB NOT NULL DEFAULT '{}',
    "started_at" TIMESTAMPTZ(3) NOT NULL,
    "seen_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "process_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "job" (
    "key" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "payload" JSONB NOT NULL DEFAULT '{}',
    "due" TIMESTAMPTZ(3) NOT NULL,
    "lease_owner" UUID,
    "lease_until" TIMESTAMPTZ(3),
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "last_error" TEXT,

    CONSTRAINT "job_pkey" PRIMARY KEY ("key")
);

-- CreateTable
CREATE TABLE "idempotency_key" (
    "actor_id" TEXT NOT NULL,
    "key" TEXT NOT NULL,
    "route" TEXT NOT NULL,
    "body_hash" TEXT NOT NULL,
    "status" INTEGER,
    "response" JSONB,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "idempotency_key_pkey" PRIMARY KEY ("actor_id","key")
);

-- CreateTable
CREATE TABLE "team" (
    "id" UUID NOT NULL,
    "slug" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "team_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "member" (
    "id" UUID NOT NULL,
    "email" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "password_hash" TEXT,
    "password_code_hash" TEXT,
    "password_code_until" TIMESTAMPTZ(3),
    "session_version" INTEGER NOT NULL DEFAULT 1,
    "example" BOOLEAN NOT NULL DEFAULT false,
    "disabled_at" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "member_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "member_grant" (
    "id" UUID NOT NULL,
    "member_id" UUID NOT NULL,
    "role" TEXT NOT NULL,
    "team_id" UUID,
    "environment_id" UUID,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "member_grant_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "api_token" (
    "id" UUID NOT NULL,
    "prefix" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "hash" TEXT NOT NULL,
    "team_id" UUID,
    "scopes" TEXT[],
    "created_by_id" UUID NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "last_used_at" TIMESTAMPTZ(3),
    "revoked_at" TIMESTAMPTZ(3),

    CONSTRAINT "api_token_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "sign_in_attempt" (
    "id" UUID NOT NULL,
    "email" TEXT NOT NULL,
    "address" TEXT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "ok" BOOLEAN NOT NULL,

    CONSTRAINT "sign_in_attempt_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "model" (
    "id" UUID NOT NULL,
    "team_id" UUID NOT NULL,
    "slug" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "description" TEXT NOT NULL DEFAULT '',
    "task" TEXT NOT NULL,
    "data_class" TEXT NOT NULL DEFAULT 'internal',
    "risk" TEXT NOT NULL DEFAULT 'limited',
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "model_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "model_version" (
    "id" UUID NOT NULL,
    "model_id" UUID NOT NULL,
    "number" INTEGER NOT NULL,
    "note" TEXT NOT NULL DEFAULT '',
    "digest" TEXT NOT NULL,
    "bytes" BIGINT NOT NULL,
    "format" TEXT NOT NULL,
    "signature" JSONB NOT NULL,
    "threshold" DOUBLE PRECISION,
    "metrics" JSONB NOT NULL DEFAULT '{}',
    "lineage" JSONB NOT NULL DEFAULT '{}',
    "status" TEXT NOT NULL,
    "check_run" JSONB,
    "author_id" UUID NOT NULL,
    "author_name" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "ready_at" TIMESTAMPTZ(3),

    CONSTRAINT "model_version_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "baseline" (
    "id" UUID NOT NULL,
    "version_id" UUID NOT NULL,
    "features" JSONB NOT NULL,
    "score" JSONB,
    "n" INTEGER NOT NULL,
    "sample" JSONB NOT NULL,
    "labels" JSONB,
    "sample_digest" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "baseline_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "version_document" (
    "id" UUID NOT NULL,
    "version_id" UUID NOT NULL,
    "kind" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "digest" TEXT NOT NULL,
    "bytes" INTEGER NOT NULL,
    "body" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "version_document_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "alias" (
    "model_id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "version_id" UUID NOT NULL,
    "moved_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "alias_pkey" PRIMARY KEY ("model_id","name")
);

-- CreateTable
CREATE TABLE "alias_move" (
    "id" UUID NOT NULL,
    "model_id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "from_version_id" UUID,
    "to_version_id" UUID,
    "actor_name" TEXT NOT NULL,
    "rollout_id" UUID,
    "reason" TEXT NOT NULL DEFAULT '',
    "at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "alias_move_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "cluster" (
    "id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "driver" TEXT NOT NULL,
    "location" TEXT NOT NULL,
    "config" JSONB NOT NULL,
    "credential" BYTEA,
    "credential_key" TEXT,
    "identity_hash" TEXT,
    "observation" JSONB,
    "seen_at" TIMESTAMPTZ(3),
    "removed_at" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "cluster_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "environment" (
    "id" UUID NOT NULL,
    "slug" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "policy_version" INTEGER NOT NULL DEFAULT 1,
    "removed_at" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "environment_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "environment_policy" (
    "environment_id" UUID NOT NULL,
    "version" INTEGER NOT NULL,
    "document" JSONB NOT NULL,
    "author_name" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "environment_policy_pkey" PRIMARY KEY ("environment_id","version")
);

-- CreateTable
CREATE TABLE "environment_cluster" (
    "environment_id" UUID NOT NULL,
    "cluster_id" UUID NOT NULL,
    "wave" INTEGER NOT NULL,

    CONSTRAINT "environment_cluster_pkey" PRIMARY KEY ("environment_id","cluster_id")
);

-- CreateTable
CREATE TABLE "endpoint" (
    "id" UUID NOT NULL,
    "model_id" UUID NOT NULL,
    "environment_id" UUID NOT NULL,
    "live_version_id" UUID,
    "replicas" INTEGER NOT NULL DEFAULT 1,
    "label_rate" DOUBLE PRECISION NOT NULL DEFAULT 1,
    "fence" BIGINT NOT NULL DEFAULT 0,
    "generation" INTEGER NOT NULL DEFAULT 0,
    "revision" INTEGER NOT NULL DEFAULT 0,
    "wake_at" TIMESTAMPTZ(3) NOT NULL,
    "lease_owner" UUID,
    "lease_until" TIMESTAMPTZ(3),
    "removed_at" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "endpoint_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "endpoint_cluster" (
    "endpoint_id" UUID NOT NULL,
    "cluster_id" UUID NOT NULL,
    "generation" INTEGER NOT NULL DEFAULT 0,
    "wish" JSONB,
    "wished_at" TIMESTAMPTZ(3),
    "acknowledged" JSONB,
    "acknowledged_generation" INTEGER,
    "acknowledged_at" TIMESTAMPTZ(3),
    "observation" JSONB,
    "observed_at" TIMESTAMPTZ(3),

    CONSTRAINT "endpoint_cluster_pkey" PRIMARY KEY ("endpoint_id","cluster_id")
);

-- CreateTable
CREATE TABLE "endpoint_key" (
    "id" UUID NOT NULL,
    "endpoint_id" UUID NOT NULL,
    "prefix" TEXT NOT NULL,
    "hash" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "expires_at" TIMESTAMPTZ(3),

    CONSTRAINT "endpoint_key_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "plan" (
    "hash" TEXT NOT NULL,
    "document" JSONB NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "plan_pkey" PRIMARY KEY ("hash")
);

-- CreateTable
CREATE TABLE "rollout" (
    "id" UUID NOT NULL,
    "endpoint_id" UUID NOT NULL,
    "plan_hash" TEXT NOT NULL,
    "strategy" TEXT NOT NULL,
    "from_version_id" UUID,
    "to_version_id" UUID,
    "phase" TEXT NOT NULL,
    "state" JSONB NOT NULL,
    "revision" INTEGER NOT NULL DEFAULT 0,
    "headline" TEXT NOT NULL DEFAULT '',
    "author_id" TEXT NOT NULL,
    "author_name" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "started_at" TIMESTAMPTZ(3),
    "ended_at" TIMESTAMPTZ(3),
    "watch_until" TIMESTAMPTZ(3),

    CONSTRAINT "rollout_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "approval" (
    "id" UUID NOT NULL,
    "rollout_id" UUID NOT NULL,
    "plan_hash" TEXT NOT NULL,
    "approver_id" UUID NOT NULL,
    "approver_name" TEXT NOT NULL,
    "signed_in_as" TEXT,
    "role_then" TEXT NOT NULL,
    "answer" TEXT NOT NULL,
    "reason" TEXT NOT NULL DEFAULT '',
    "at" TIMESTAMPTZ(3) NOT NULL,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "used_at" TIMESTAMPTZ(3),

    CONSTRAINT "approval_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "ledger" (
    "rollout_id" UUID NOT NULL,
    "seq" INTEGER NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "kind" TEXT NOT NULL,
    "payload" JSONB NOT NULL,

    CONSTRAINT "ledger_pkey" PRIMARY KEY ("rollout_id","seq")
);

-- CreateTable
CREATE TABLE "audit" (
    "id" UUID NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "actor_kind" TEXT NOT NULL,
    "actor_id" TEXT NOT NULL,
    "actor_name" TEXT NOT NULL,
    "signed_in_as" TEXT,
    "verb" TEXT NOT NULL,
    "target_kind" TEXT NOT NULL,
    "target_id" TEXT NOT NULL,
    "target_name" TEXT NOT NULL DEFAULT '',
    "team_id" UUID,
    "environment_id" UUID,
    "detail" JSONB NOT NULL,
    "request_id" TEXT NOT NULL,

    CONSTRAINT "audit_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "process_kind_seen_at_idx" ON "process"("kind", "seen_at");

-- CreateIndex
CREATE INDEX "job_due_idx" ON "job"("due");

-- CreateIndex
CREATE INDEX "idempotency_key_created_at_idx" ON "idempotency_key"("created_at");

-- CreateIndex
CREATE UNIQUE INDEX "team_slug_key" ON "team"("slug");

-- CreateIndex
CREATE UNIQUE INDEX "member_email_key" ON "member"("email");

-- CreateIndex
CREATE UNIQUE INDEX "member_password_code_hash_key" ON "member"("password_code_hash");

-- CreateIndex
CREATE INDEX "member_grant_team_id_idx" ON "member_grant"("team_id");

-- CreateIndex
CREATE INDEX "member_grant_environment_id_idx" ON "member_grant"("environment_id");

-- CreateIndex
CREATE UNIQUE INDEX "member_grant_member_id_role_team_id_environment_id_key" ON "member_grant"("member_id", "role", "team_id", "environment_id") NULLS NOT DISTINCT;

-- CreateIndex
CREATE UNIQUE INDEX "api_token_prefix_key" ON "api_token"("prefix");

-- CreateIndex
CREATE INDEX "api_token_team_id_idx" ON "api_token"("team_id");

-- CreateIndex
CREATE INDEX "sign_in_attempt_email_at_idx" ON "sign_in_attempt"("email", "at");

-- CreateIndex
CREATE INDEX "sign_in_attempt_address_at_idx" ON "sign_in_attempt"("address", "at");

-- CreateIndex
CREATE UNIQUE INDEX "model_slug_key" ON "model"("slug");

-- CreateIndex
CREATE INDEX "model_team_id_idx" ON "model"("team_id");

-- CreateIndex
CREATE INDEX "model_version_digest_idx" ON "model_version"("digest");

-- CreateIndex
CREATE UNIQUE INDEX "model_version_model_id_number_key" ON "model_version"("model_id", "number");

-- CreateIndex
CREATE UNIQUE INDEX "baseline_version_id_key" ON "baseline"("version_id");

-- CreateIndex
CREATE UNIQUE INDEX "version_document_version_id_kind_name_key" ON "version_document"("version_id", "kind", "name");

-- CreateIndex
CREATE INDEX "alias_version_id_idx" ON "alias"("version_id");

-- CreateIndex
CREATE INDEX "alias_move_model_id_name_at_idx" ON "alias_move"("model_id", "name", "at");

-- CreateIndex
CREATE UNIQUE INDEX "cluster_name_key" ON "cluster"("name");

-- CreateIndex
CREATE UNIQUE INDEX "environment_slug_key" ON "environment"("slug");

-- CreateIndex
CREATE INDEX "environment_cluster_cluster_id_idx" ON "environment_cluster"("cluster_id");

-- CreateIndex
CREATE INDEX "endpoint_environment_id_idx" ON "endpoint"("environment_id");

-- CreateIndex
CREATE INDEX "endpoint_wake_at_idx" ON "endpoint"("wake_at");

-- CreateIndex
CREATE UNIQUE INDEX "endpoint_model_id_environment_id_key" ON "endpoint"("model_id", "environment_id");

-- CreateIndex
CREATE INDEX "endpoint_cluster_cluster_id_idx" ON "endpoint_cluster"("cluster_id");

-- CreateIndex
CREATE INDEX "endpoint_key_endpoint_id_idx" ON "endpoint_key"("endpoint_id");

-- CreateIndex
CREATE INDEX "rollout_endpoint_id_created_at_idx" ON "rollout"("endpoint_id", "created_at");

-- CreateIndex
CREATE INDEX "rollout_plan_hash_idx" ON "rollout"("plan_hash");

-- CreateIndex
CREATE INDEX "rollout_phase_created_at_idx" ON "rollout"("phase", "created_at");

-- CreateIndex
CREATE UNIQUE INDEX "approval_rollout_id_plan_hash_approver_id_key" ON "approval"("rollout_id", "plan_hash", "approver_id");

-- CreateIndex
CREATE INDEX "audit_at_idx" ON "audit"("at");

-- CreateIndex
CREATE INDEX "audit_target_kind_target_id_at_idx" ON "audit"("target_kind", "target_id", "at");

-- CreateIndex
CREATE INDEX "audit_actor_id_at_idx" ON "audit"("actor_id", "at");

-- AddForeignKey
ALTER TABLE "member_grant" ADD CONSTRAINT "member_grant_member_id_fkey" FOREIGN KEY ("member_id") REFERENCES "member"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "member_grant" ADD CONSTRAINT "member_grant_team_id_fkey" FOREIGN KEY ("team_id") REFERENCES "team"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "member_grant" ADD CONSTRAINT "member_grant_environment_id_fkey" FOREIGN KEY ("environment_id") REFERENCES "environment"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "api_token" ADD CONSTRAINT "api_token_team_id_fkey" FOREIGN KEY ("team_id") REFERENCES "team"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "model" ADD CONSTRAINT "model_team_id_fkey" FOREIGN KEY ("team_id") REFERENCES "team"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "model_version" ADD CONSTRAINT "model_version_model_id_fkey" FOREIGN KEY ("model_id") REFERENCES "model"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "baseline" ADD CONSTRAINT "baseline_version_id_fkey" FOREIGN KEY ("version_id") REFERENCES "model_version"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "version_document" ADD CONSTRAINT "version_document_version_id_fkey" FOREIGN KEY ("version_id") REFERENCES "model_version"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "alias" ADD CONSTRAINT "alias_model_id_fkey" FOREIGN KEY ("model_id") REFERENCES "model"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "environment_policy" ADD CONSTRAINT "environment_policy_environment_id_fkey" FOREIGN KEY ("environment_id") REFERENCES "environment"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "environment_cluster" ADD CONSTRAINT "environment_cluster_environment_id_fkey" FOREIGN KEY ("environment_id") REFERENCES "environment"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "environment_cluster" ADD CONSTRAINT "environment_cluster_cluster_id_fkey" FOREIGN KEY ("cluster_id") REFERENCES "cluster"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "endpoint" ADD CONSTRAINT "endpoint_model_id_fkey" FOREIGN KEY ("model_id") REFERENCES "model"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "endpoint" ADD CONSTRAINT "endpoint_environment_id_fkey" FOREIGN KEY ("environment_id") REFERENCES "environment"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "endpoint_cluster" ADD CONSTRAINT "endpoint_cluster_endpoint_id_fkey" FOREIGN KEY ("endpoint_id") REFERENCES "endpoint"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "endpoint_key" ADD CONSTRAINT "endpoint_key_endpoint_id_fkey" FOREIGN KEY ("endpoint_id") REFERENCES "endpoint"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "rollout" ADD CONSTRAINT "rollout_endpoint_id_fkey" FOREIGN KEY ("endpoint_id") REFERENCES "endpoint"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "rollout" ADD CONSTRAINT "rollout_plan_hash_fkey" FOREIGN KEY ("plan_hash") REFERENCES "plan"("hash") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "approval" ADD CONSTRAINT "approval_rollout_id_fkey" FOREIGN KEY ("rollout_id") REFERENCES "rollout"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "ledger" ADD CONSTRAINT "ledger_rollout_id_fkey" FOREIGN KEY ("rollout_id") REFERENCES "rollout"("id") ON DELETE RESTRICT ON UPDATE CASCADE;



-- What Prisma does not describe: partial indexes, checks, append-only tables, the schema "telemetry", partitions, grants.

-- At most one live rollout per endpoint.
CREATE UNIQUE INDEX "rollout_one_live_per_endpoint" ON "rollout"("endpoint_id") WHERE "phase" IN ('starting', 'progressing', 'holding', 'returning');
ALTER TABLE "installation" ADD CONSTRAINT "installation_one_row" CHECK ("id" = 1);
ALTER TABLE "member_grant" ADD CONSTRAINT "member_grant_role" CHECK ("role" IN ('viewer', 'engineer', 'approver', 'sre', 'admin'));
ALTER TABLE "approval" ADD CONSTRAINT "approval_answer" CHECK ("answer" IN ('yes', 'no'));

-- Append-only tables refuse what would change the past.
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'table % is append-only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;

CREATE SCHEMA "telemetry";

-- One counter: a gateway's boot, a model server's, an outside writer's.
CREATE TABLE telemetry.source (
  id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  cluster_id uuid NOT NULL REFERENCES public.cluster(id),
  boot uuid NOT NULL UNIQUE,
  watermark timestamptz NOT NULL,
  final boolean NOT NULL DEFAULT false,
  offset_ms integer NOT NULL DEFAULT 0,
  -- the last flush refused for a wrong clock (offset_ms is then its offset); later than seen_at: the clock is still off
  refused_at timestamptz,
  first_seen_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  seen_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX source_cluster ON telemetry.source (cluster_id, watermark);

-- A narrow key for hot rows; it outlives rollouts. segment 0 = all.
CREATE TABLE telemetry.series (
  id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  endpoint_id uuid NOT NULL REFERENCES public.endpoint(id),
  version_id uuid NOT NULL REFERENCES public.model_version(id),
  role text NOT NULL CHECK (role IN ('live', 'candidate', 'shadow', 'fallback', 'pinned')),
  cluster_id uuid NOT NULL REFERENCES public.cluster(id),
  segment integer NOT NULL DEFAULT 0,
  UNIQUE (endpoint_id, version_id, role, cluster_id, segment)
);
CREATE INDEX series_version ON telemetry.series (version_id);
CREATE INDEX series_cluster ON telemetry.series (cluster_id);

-- Cumulative per (series, slot, source, generation): a retried flush cannot count twice. latency: the sketch's bytes.
CREATE TABLE telemetry.window_5s (
  series integer NOT NULL, slot timestamptz NOT NULL, source integer NOT NULL, generation integer NOT NULL,
  n integer NOT NULL, bad integer NOT NULL, client_errors integer NOT NULL, shed integer NOT NULL, aborted integer NOT NULL, fallback integer NOT NULL,
  latency_sum_ms double precision NOT NULL, latency_max_ms real NOT NULL, latency bytea NOT NULL, label_rate real NOT NULL,
  first_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  late boolean NOT NULL DEFAULT false,
  PRIMARY KEY (series, slot, source, generation)
) PARTITION BY RANGE (slot);
CREATE INDEX window_5s_slot ON telemetry.window_5s (slot);
CREATE INDEX window_5s_late ON telemetry.window_5s (first_at) WHERE late;

-- Rolled up over sources and generations.
CREATE TABLE telemetry.window_1m (
  series integer NOT NULL, slot timestamptz NOT NULL,
  n bigint NOT NULL, bad bigint NOT NULL, client_errors bigint NOT NULL, shed bigint NOT NULL, aborted bigint NOT NULL, fallback bigint NOT NULL,
  latency_sum_ms double precision NOT NULL, latency_max_ms real NOT NULL, latency bytea NOT NULL,
  PRIMARY KEY (series, slot)
) PARTITION BY RANGE (slot);
CREATE INDEX window_1m_slot ON telemetry.window_1m (slot);
CREATE TABLE telemetry.window_1h (LIKE telemetry.window_1m INCLUDING ALL) PARTITION BY RANGE (slot);

-- Bin counts per minute; feature -1 is the score. counts = [missing, bin 0, ...]. Never merged across baselines.
CREATE TABLE telemetry.feature_histogram (
  series integer NOT NULL, slot timestamptz NOT NULL, source integer NOT NULL, baseline uuid NOT NULL, feature smallint NOT NULL,
  n integer NOT NULL, counts integer[] NOT NULL,
  PRIMARY KEY (series, slot, source, baseline, feature)
) PARTITION BY RANGE (slot);

-- Predictions kept for their labels; at = the time in the id (UUIDv7).
CREATE TABLE telemetry.prediction (
  id uuid NOT NULL, at timestamptz NOT NULL, series integer NOT NULL, generation integer NOT NULL,
  positive boolean NOT NULL, score real, segment integer NOT NULL DEFAULT 0,
  PRIMARY KEY (id, at)
) PARTITION BY RANGE (at);
CREATE INDEX prediction_series ON telemetry.prediction (series, at);

CREATE TABLE telemetry.prediction_sample (
  id uuid NOT NULL, at timestamptz NOT NULL, series integer NOT NULL, status integer NOT NULL, latency_ms real NOT NULL,
  features real[], score real, error text,
  PRIMARY KEY (id, at)
) PARTITION BY RANGE (at);
CREATE INDEX prediction_sample_series ON telemetry.prediction_sample (series, at);

-- A true outcome. matched_at: when both it and its prediction were here (the slot it is judged in); null while it waits, at most 1 h.
CREATE TABLE telemetry.outcome (
  id uuid NOT NULL, at timestamptz NOT NULL, value real NOT NULL, received_at timestamptz NOT NULL, matched_at timestamptz,
  series integer, generation integer, positive boolean, score real,
  -- the writer's team (null: all): a waiting outcome may only meet a prediction of that team
  team uuid,
  PRIMARY KEY (id, at)
) PARTITION BY RANGE (at);
CREATE INDEX outcome_matched ON telemetry.outcome (series, matched_at);
CREATE INDEX outcome_waiting ON telemetry.outcome (received_at) WHERE matched_at IS NULL;

-- Labels by the minute of their prediction: what accuracy, AUC, Brier and cost are charted from, kept when predictions are gone.
-- positives and negatives: 20 equal score bins of the true and the false class.
CREATE TABLE telemetry.label_1m (
  series integer NOT NULL, slot timestamptz NOT NULL,
  labels integer NOT NULL, true_positive integer NOT NULL, false_positive integer NOT NULL, true_negative integer NOT NULL, false_negative integer NOT NULL,
  brier_sum double precision NOT NULL, scored integer NOT NULL, positives integer[] NOT NULL, negatives integer[] NOT NULL,
  PRIMARY KEY (series, slot)
) PARTITION BY RANGE (slot);

-- Counts of 20 bins from bin numbers 0..19 (null: none), and the sum of two such arrays.
CREATE FUNCTION telemetry.bins(numbers integer[]) RETURNS integer[] LANGUAGE sql IMMUTABLE AS $$
  SELECT array_agg((SELECT count(*)::integer FROM unnest(numbers) n WHERE n = bin) ORDER BY bin) FROM generate_series(0, 19) bin
$$;
CREATE FUNCTION telemetry.add_counts(a integer[], b integer[]) RETURNS integer[] LANGUAGE sql IMMUTABLE AS $$
  SELECT array_agg(x + y ORDER BY i) FROM unnest(a, b) WITH ORDINALITY AS t(x, y, i)
$$;

-- The only thing that is judged: counts of one closed slot on one cluster for one generation, in the frame's order.
-- flags: 1 burn-in, 2 incomplete, 4 acknowledged.
CREATE TABLE telemetry.evidence (
  rollout uuid NOT NULL, cluster uuid NOT NULL, slot timestamptz NOT NULL, generation integer NOT NULL,
  frame integer NOT NULL, counts integer[] NOT NULL, flags smallint NOT NULL, at timestamptz NOT NULL,
  PRIMARY KEY (rollout, cluster, slot, generation)
) PARTITION BY RANGE (slot);
-- cohort = generation at prediction; slot = the label's ingest.
CREATE TABLE telemetry.label_evidence (
  rollout uuid NOT NULL, cluster uuid NOT NULL, slot timestamptz NOT NULL, generation integer NOT NULL,
  frame integer NOT NULL, counts integer[] NOT NULL, flags smallint NOT NULL, at timestamptz NOT NULL,
  PRIMARY KEY (rollout, cluster, slot, generation)
) PARTITION BY RANGE (slot);

-- Makes the partitions that cover [low, high]: hours for what is large and short-lived (at most 3 h ahead), days, and months for what is kept.
-- Run by migrate, hourly by a job, and by ingest when a row finds none.
CREATE FUNCTION telemetry.ensure_partitions(low timestamptz, high timestamptz) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
DECLARE
  parent text; unit text; first timestamptz; next timestamptz; last timestamptz; made integer := 0; child text;
BEGIN
  IF high - low > interval '60 days' THEN RAISE EXCEPTION 'range of partitions too wide'; END IF;
  PERFORM pg_advisory_xact_lock(hashtext('telemetry.ensure_partitions'));
  FOR parent, unit IN VALUES ('window_5s', 'day'), ('window_1m', 'day'), ('window_1h', 'month'), ('feature_histogram', 'day'), ('label_1m', 'day'),
    ('prediction', 'hour'), ('prediction_sample', 'hour'), ('outcome', 'hour'), ('evidence', 'month'), ('label_evidence', 'month')
  LOOP
    first := date_trunc(unit, low, 'UTC');
    last := CASE unit WHEN 'hour' THEN least(high, clock_timestamp() + interval '3 hours') ELSE high END;
    WHILE first <= last LOOP
      next := ((first AT TIME ZONE 'UTC') + ('1 ' || unit)::interval) AT TIME ZONE 'UTC';
      child := parent || '_' || to_char(first AT TIME ZONE 'UTC', CASE unit WHEN 'hour' THEN 'YYYYMMDDHH24' WHEN 'day' THEN 'YYYYMMDD' ELSE 'YYYYMM' END);
      IF to_regclass('telemetry.' || child) IS NULL THEN
        EXECUTE format('CREATE TABLE telemetry.%I PARTITION OF telemetry.%I FOR VALUES FROM (%L) TO (%L)', child, parent, first, next);
        made := made + 1;
      END IF;
      first := next;
    END LOOP;
  END LOOP;
  RETURN made;
END $$;

-- Drops what a short-lived table holds from before a time, and its oldest partitions while the whole is larger than a budget (bytes; the newest is kept).
-- Evidence is kept as long as the ledger: refused.
CREATE FUNCTION telemetry.drop_partitions(parent text, before timestamptz, budget bigint) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
DECLARE
  child record; dropped integer := 0; total bigint;
BEGIN
  IF parent NOT IN ('window_5s', 'window_1m', 'window_1h', 'feature_histogram', 'label_1m', 'prediction', 'prediction_sample', 'outcome') THEN
    RAISE EXCEPTION 'telemetry.% is not short-lived', parent;
  END IF;
  SELECT coalesce(sum(pg_total_relation_size(inhrelid)), 0) INTO total FROM pg_inherits WHERE inhparent = ('telemetry.' || quote_ident(parent))::regclass;
  FOR child IN
    SELECT c.relname, pg_total_relation_size(c.oid) AS bytes, substring(pg_get_expr(c.relpartbound, c.oid) FROM 'TO \(''([^'']+)''\)')::timestamptz AS upper
    FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid WHERE i.inhparent = ('telemetry.' || quote_ident(parent))::regclass ORDER BY 3
  LOOP
    EXIT WHEN child.upper > clock_timestamp() OR (child.upper > before AND total <= budget);
    EXECUTE format('DROP TABLE telemetry.%I', child.relname);
    total := total - child.bytes;
    dropped := dropped + 1;
  END LOOP;
  RETURN dropped;
END $$;

SELECT telemetry.ensure_partitions(now() - interval '1 hour', now() + interval '2 days');

DO $$
DECLARE name text;
BEGIN
  FOREACH name IN ARRAY ARRAY['public.ledger', 'public.audit', 'public.alias_move', 'public.plan', 'public.environment_policy', 'telemetry.evidence', 'telemetry.label_evidence'] LOOP
    EXECUTE format('CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON %s FOR EACH ROW EXECUTE FUNCTION public.refuse_change()', name);
    EXECUTE format('CREATE TRIGGER append_only_truncate BEFORE TRUNCATE ON %s FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change()', name);
  END LOOP;
END $$;

-- Where we own the server, the app runs as slipway_app and cannot change the past even without the triggers.
DO $$
BEGIN
  IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'slipway_app') THEN
    GRANT USAGE ON SCHEMA public, telemetry TO slipway_app;
    GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public, telemetry TO slipway_app;
    REVOKE UPDATE, DELETE ON public.ledger, public.audit, public.alias_move, public.plan, public.environment_policy, telemetry.evidence, telemetry.label_evidence FROM slipway_app;
    GRANT USAGE ON ALL SEQUENCES IN SCHEMA public, telemetry TO slipway_app;
    GRANT EXECUTE ON FUNCTION telemetry.ensure_partitions(timestamptz, timestamptz), telemetry.drop_partitions(text, timestamptz, bigint) TO slipway_app;
    REVOKE ALL ON public._prisma_migrations FROM slipway_app;
  END IF;
END $$;
REVOKE EXECUTE ON FUNCTION telemetry.ensure_partitions(timestamptz, timestamptz), telemetry.drop_partitions(text, timestamptz, bigint) FROM PUBLIC;
