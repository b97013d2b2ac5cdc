-- Retiring an endpoint revokes its keys. Those of endpoints that were retired before it did must not open a later launch either.
DELETE FROM endpoint_key USING endpoint WHERE endpoint.id = endpoint_key.endpoint_id AND endpoint.removed_at IS NOT NULL;
