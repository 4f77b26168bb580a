-- AlterTable
ALTER TABLE "recipient" ADD COLUMN     "deadline_at" TIMESTAMPTZ(3);

-- AlterTable
ALTER TABLE "emission" ADD COLUMN     "failed_at" TIMESTAMPTZ(3),
ADD COLUMN     "time_limit" TEXT;

-- AlterTable
ALTER TABLE "placement" ADD COLUMN     "failed_at" TIMESTAMPTZ(3);

-- The states are those of the tables in src/domain.
ALTER TABLE "recipient" DROP CONSTRAINT "recipient_state";
ALTER TABLE "recipient" ADD CONSTRAINT "recipient_state" CHECK ("state" IN ('dispatched', 'warned', 'taken-in-charge', 'delivered', 'not-delivered', 'timed-out', 'delivered-late'));

-- What is on its way has its deadlines too, from the dispatch of its envelope on.
UPDATE "recipient" SET "deadline_at" = "submission"."at" + CASE "recipient"."state" WHEN 'dispatched' THEN interval '12 hours' ELSE interval '23 hours' END
FROM "submission" WHERE "submission"."identificativo" = "recipient"."identificativo" AND "recipient"."state" IN ('dispatched', 'taken-in-charge');

-- What the sweep looks for: a deadline runs exactly as long as there is no outcome.
CREATE INDEX "recipient_deadline_at_idx" ON "recipient"("deadline_at") WHERE "deadline_at" IS NOT NULL;
ALTER TABLE "recipient" ADD CONSTRAINT "recipient_deadline" CHECK (("deadline_at" IS NULL) = ("state" IN ('delivered', 'not-delivered', 'timed-out', 'delivered-late')));

-- One notice of each limit for a recipient, whatever happens.
ALTER TABLE "emission" ADD CONSTRAINT "emission_time_limit" CHECK (("kind" = 'preavviso-errore-consegna') = ("time_limit" IS NOT NULL) AND "time_limit" IN ('twelve-hours', 'twenty-four-hours'));
CREATE UNIQUE INDEX "emission_time_limit_key" ON "emission"("identificativo", "about", "time_limit") WHERE "time_limit" IS NOT NULL;
