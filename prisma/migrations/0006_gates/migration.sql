-- Outcomes of more than one kind: metric '' is the label, anything else a business metric. segment: the prediction's, 0 = none.
ALTER TABLE telemetry.outcome ADD COLUMN metric text NOT NULL DEFAULT '', ADD COLUMN segment integer NOT NULL DEFAULT 0;
ALTER TABLE telemetry.outcome DROP CONSTRAINT outcome_pkey;
ALTER TABLE telemetry.outcome ADD PRIMARY KEY (id, at, metric);

-- bins: requests per bin of each feature that the rollout compares, one after the other; null where none is. keys: requests and then bad requests per
-- routing key's bucket; null where no request came with a key.
ALTER TABLE telemetry.window_5s ADD COLUMN bins integer[], ADD COLUMN keys integer[];

-- Segments of a model's requests: [{ id, name, feature or header, ..., minRequests }]; a request is in the first that it fits.
ALTER TABLE model ADD COLUMN segments jsonb NOT NULL DEFAULT '[]';
