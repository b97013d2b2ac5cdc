-- A looser policy waits here until as many approvers said yes as the present one asks for.
CREATE TABLE "policy_proposal" (
    "id" UUID NOT NULL,
    "environment_id" UUID NOT NULL,
    "based_on" INTEGER NOT NULL,
    "hash" TEXT NOT NULL,
    "document" JSONB NOT NULL,
    "loosens" TEXT[],
    "state" TEXT NOT NULL DEFAULT 'waiting',
    "proposer_id" TEXT NOT NULL,
    "proposer_name" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "ended_at" TIMESTAMPTZ(3),

    CONSTRAINT "policy_proposal_pkey" PRIMARY KEY ("id")
);

CREATE TABLE "policy_answer" (
    "id" UUID NOT NULL,
    "proposal_id" UUID NOT NULL,
    "hash" TEXT NOT NULL,
    "approver_id" UUID NOT NULL,
    "approver_name" TEXT NOT NULL,
    "signed_in_as" TEXT,
    "role_then" TEXT NOT NULL,
    "answer" TEXT NOT NULL,
    "reason" TEXT NOT NULL DEFAULT '',
    "at" TIMESTAMPTZ(3) NOT NULL,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "policy_answer_pkey" PRIMARY KEY ("id")
);

CREATE INDEX "policy_proposal_environment_id_state_idx" ON "policy_proposal"("environment_id", "state");
CREATE UNIQUE INDEX "policy_answer_proposal_id_approver_id_key" ON "policy_answer"("proposal_id", "approver_id");

ALTER TABLE "policy_proposal" ADD CONSTRAINT "policy_proposal_environment_id_fkey" FOREIGN KEY ("environment_id") REFERENCES "environment"("id") ON DELETE RESTRICT ON UPDATE CASCADE;
ALTER TABLE "policy_answer" ADD CONSTRAINT "policy_answer_proposal_id_fkey" FOREIGN KEY ("proposal_id") REFERENCES "policy_proposal"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- At most one waits per environment.
CREATE UNIQUE INDEX "policy_proposal_one_waiting" ON "policy_proposal"("environment_id") WHERE "state" = 'waiting';
ALTER TABLE "policy_proposal" ADD CONSTRAINT "policy_proposal_state" CHECK ("state" IN ('waiting', 'accepted', 'rejected', 'withdrawn', 'expired', 'overtaken'));
ALTER TABLE "policy_answer" ADD CONSTRAINT "policy_answer_answer" CHECK ("answer" IN ('yes', 'no'));

-- An answer, once given, stays as it was.
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON public.policy_answer FOR EACH ROW EXECUTE FUNCTION public.refuse_change();
CREATE TRIGGER append_only_truncate BEFORE TRUNCATE ON public.policy_answer FOR EACH STATEMENT EXECUTE FUNCTION public.refuse_change();

DO $$
BEGIN
  IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'slipway_app') THEN
    GRANT SELECT, INSERT, UPDATE ON public.policy_proposal TO slipway_app;
    GRANT SELECT, INSERT ON public.policy_answer TO slipway_app;
  END IF;
END $$;
