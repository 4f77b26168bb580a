-- AlterTable
ALTER TABLE "holder" ADD COLUMN     "contested_by" UUID;

-- AlterTable
ALTER TABLE "mailbox" ADD COLUMN     "untold" BOOLEAN NOT NULL DEFAULT false;

-- AlterTable
ALTER TABLE "move" ALTER COLUMN "campaign" DROP NOT NULL;

-- AlterTable
ALTER TABLE "armed_calendar" ADD COLUMN     "epoch" BIGINT NOT NULL DEFAULT 0;

-- The epoch in which each calendar was stated, as long as the outbox has that record.
UPDATE "armed_calendar" SET "epoch" = told."epoch"
FROM (SELECT DISTINCT ON ("key") "key", "sequence", "epoch" FROM "outbox"
      WHERE "topic" = 'mailbox.calendars.v1' ORDER BY "key", "seq" DESC) AS told
WHERE "armed_calendar"."service" = told."key" AND "armed_calendar"."version" = told."sequence";

-- What is known of a move that was made again from published facts may be one of its ends.
ALTER TABLE "move" DROP CONSTRAINT "move_reserved_or_refused",
    ADD CONSTRAINT "move_reserved_or_refused"
        CHECK ("campaign" IS NULL OR ("target_id" IS NULL) = ("refusal" IS NOT NULL)),
    ADD CONSTRAINT "move_not_both" CHECK ("target_id" IS NULL OR "refusal" IS NULL);
