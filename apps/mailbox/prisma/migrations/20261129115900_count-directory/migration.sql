-- AlterTable
ALTER TABLE "holder" ADD COLUMN     "directory_epoch" BIGINT NOT NULL DEFAULT 0;

-- CreateTable
CREATE TABLE "directory_census" (
    "number" SERIAL NOT NULL,
    "taken_at" TIMESTAMPTZ(3) NOT NULL DEFAULT clock_timestamp(),
    "epoch" BIGINT NOT NULL,
    "holders" INTEGER NOT NULL,
    "boxes" INTEGER NOT NULL,
    "digest" TEXT NOT NULL,

    CONSTRAINT "directory_census_pkey" PRIMARY KEY ("number")
);

-- The epoch of the last record of each holder, as long as the outbox has that record.
UPDATE "holder" SET "directory_epoch" = told."epoch"
FROM (SELECT DISTINCT ON ("key") "key", "sequence", "epoch" FROM "outbox"
      WHERE "topic" = 'mailbox.directory.v1' ORDER BY "key", "seq" DESC) AS told
WHERE "holder"."id"::text = told."key" AND "holder"."directory_sequence" = told."sequence";
