-- AlterTable
ALTER TABLE "emission" ADD COLUMN     "give_up" TEXT,
ADD COLUMN     "hold_id" UUID;

-- CreateTable
CREATE TABLE "sending_hold" (
    "id" UUID NOT NULL,
    "box" TEXT NOT NULL,
    "open_box" TEXT,
    "holder" UUID NOT NULL,
    "provider" TEXT NOT NULL,
    "cause" JSONB NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "held_at" TIMESTAMPTZ(3) NOT NULL DEFAULT clock_timestamp(),
    "queued" INTEGER NOT NULL,
    "sequence" INTEGER NOT NULL DEFAULT 1,
    "request_id" UUID,
    "asked_by" TEXT,
    "asked_at" TIMESTAMPTZ(3),
    "queue" TEXT,
    "reason" TEXT,
    "released_by" TEXT,
    "released_at" TIMESTAMPTZ(3),

    CONSTRAINT "sending_hold_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "sending_hold_open_box_key" ON "sending_hold"("open_box");

-- CreateIndex
CREATE INDEX "sending_hold_holder_held_at_idx" ON "sending_hold"("holder", "held_at");

-- CreateIndex
CREATE INDEX "sending_hold_at_id_idx" ON "sending_hold"("at", "id");

-- CreateIndex
CREATE INDEX "emission_hold_id_idx" ON "emission"("hold_id");

-- AddForeignKey
ALTER TABLE "emission" ADD CONSTRAINT "emission_hold_id_fkey" FOREIGN KEY ("hold_id") REFERENCES "sending_hold"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- A box is released by two persons, and what is held with it waits.
ALTER TABLE "sending_hold" ADD CONSTRAINT "sending_hold_open" CHECK (("open_box" IS NULL) = ("released_at" IS NOT NULL));
ALTER TABLE "sending_hold" ADD CONSTRAINT "sending_hold_queue" CHECK ("queue" IN ('send', 'return'));
ALTER TABLE "sending_hold" ADD CONSTRAINT "sending_hold_two_persons" CHECK ("released_at" IS NULL OR "released_by" <> "asked_by");
ALTER TABLE "emission" ADD CONSTRAINT "emission_hold" CHECK ("hold_id" IS NULL OR "state" IN ('held', 'carried', 'returned'));
