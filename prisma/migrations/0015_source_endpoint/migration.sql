-- The one endpoint whose requests a source counts, as a pod does; null: all of its cluster's, as a gateway does.
ALTER TABLE telemetry.source ADD COLUMN endpoint_id uuid REFERENCES public.endpoint(id);

-- Which sources count which endpoint: its own, and those of its clusters that count for all.
CREATE VIEW telemetry.endpoint_source AS
  SELECT c.endpoint_id, s.cluster_id, s.id, s.watermark, s.final, s.offset_ms, s.refused_at, s.first_seen_at, s.seen_at
  FROM public.endpoint_cluster c
  JOIN telemetry.source s ON s.cluster_id = c.cluster_id AND (s.endpoint_id IS NULL OR s.endpoint_id = c.endpoint_id);

DO $$
BEGIN
  IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'slipway_app') THEN
    GRANT SELECT ON telemetry.endpoint_source TO slipway_app;
  END IF;
END $$;
