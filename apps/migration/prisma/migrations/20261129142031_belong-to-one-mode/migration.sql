-- CreateTable
CREATE TABLE "installation_mode" (
    "single" BOOLEAN NOT NULL DEFAULT true,
    "mode" TEXT NOT NULL,
    "since" TIMESTAMPTZ(3) NOT NULL DEFAULT clock_timestamp(),

    CONSTRAINT "installation_mode_pkey" PRIMARY KEY ("single")
);

-- A database that was used before says by its facts what it is: those of a rehearsal are dated years from when they were
-- written, those of production never more than an outage. One without facts is claimed by its next start.
INSERT INTO "installation_mode" ("mode")
SELECT 'rehearsal'
WHERE EXISTS (SELECT FROM "outbox" WHERE abs(extract(epoch FROM "time" - "appended_at")) > 366 * 86400);
