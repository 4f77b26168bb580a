-- AlterTable
ALTER TABLE "enrolment" ADD COLUMN     "password_lost_at" TIMESTAMPTZ(3);

-- CreateTable
CREATE TABLE "awaiting_holder" (
    "holder_id" UUID NOT NULL,
    "fact_id" UUID NOT NULL,

    CONSTRAINT "awaiting_holder_pkey" PRIMARY KEY ("holder_id","fact_id")
);

-- CreateIndex
CREATE INDEX "forgotten_fact_topic_type_closed_at_idx" ON "forgotten_fact"("topic", "type", "closed_at");

-- A PIN may be lost: only one that its holder has chosen has a hash.
ALTER TABLE "pin" DROP CONSTRAINT "pin_state_known";
ALTER TABLE "pin" ADD CONSTRAINT "pin_state_known" CHECK (("state" = 'personal') = ("hash" IS NOT NULL) AND "state" IN ('initial', 'personal', 'lost'));
