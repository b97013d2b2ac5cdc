-- The most sensitive class of data that an environment may serve: restricted data stays on-prem.
ALTER TABLE "environment" ADD COLUMN "data_class" TEXT NOT NULL DEFAULT 'internal';
UPDATE "environment" SET "data_class" = 'restricted' WHERE "kind" = 'on-prem';

-- Models have the classes public, internal and restricted; the stricter words of before become the strictest one.
UPDATE "model" SET "data_class" = 'restricted' WHERE "data_class" IN ('personal', 'sensitive');
