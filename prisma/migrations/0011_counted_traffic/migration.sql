-- What was counted of an endpoint on a cluster against the weights that the cluster acknowledged, as the engine last compared it.
ALTER TABLE "endpoint_cluster" ADD COLUMN "counted" JSONB;
ALTER TABLE "endpoint_cluster" ADD COLUMN "counted_at" TIMESTAMPTZ(3);
