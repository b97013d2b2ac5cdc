-- Where a version's file lies outside of Slipway. Versions of before have none.
ALTER TABLE "model_version" ADD COLUMN "location" TEXT;
