-- AlterTable
ALTER TABLE "inbox" ADD COLUMN     "fingerprint" BYTEA;

-- CreateTable
CREATE TABLE "reading_position" (
    "consumer" TEXT NOT NULL,
    "topic" TEXT NOT NULL,
    "partition" INTEGER NOT NULL,
    "generation" INTEGER NOT NULL DEFAULT 1,
    "next" BIGINT NOT NULL,
    "fingerprint" BYTEA,
    "pass_before" TIMESTAMPTZ(3),
    "passed_over" BIGINT NOT NULL DEFAULT 0,
    "stopped" TEXT,
    "stopped_at" TIMESTAMPTZ(3),

    CONSTRAINT "reading_position_pkey" PRIMARY KEY ("consumer","topic","partition")
);

-- CreateTable
CREATE TABLE "position_mark" (
    "consumer" TEXT NOT NULL,
    "topic" TEXT NOT NULL,
    "partition" INTEGER NOT NULL,
    "offset" BIGINT NOT NULL,
    "fingerprint" BYTEA NOT NULL,

    CONSTRAINT "position_mark_pkey" PRIMARY KEY ("consumer","topic","partition","offset")
);
