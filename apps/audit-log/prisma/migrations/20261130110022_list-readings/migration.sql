-- CreateTable
CREATE TABLE "named_reading" (
    "named" UUID NOT NULL,
    "index" BIGINT NOT NULL,
    "day" DATE NOT NULL,

    CONSTRAINT "named_reading_pkey" PRIMARY KEY ("named","index")
);

-- Entries that were filed before this table was there.
INSERT INTO "named_reading" ("named", "index", "day")
  SELECT DISTINCT lower(named[1])::uuid, index, day FROM entry, regexp_matches(
    encode(value, 'escape'), '[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}', 'g') AS named
  WHERE topic LIKE '%.readings.v1' AND value IS NOT NULL;
