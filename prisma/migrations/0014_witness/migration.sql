-- The Prometheus that counts what a cluster's gateway does: where it is and how it counts; its token, sealed.
ALTER TABLE "cluster" ADD COLUMN "witness" JSONB;
ALTER TABLE "cluster" ADD COLUMN "witness_token" BYTEA;
ALTER TABLE "cluster" ADD COLUMN "witness_key" TEXT;
