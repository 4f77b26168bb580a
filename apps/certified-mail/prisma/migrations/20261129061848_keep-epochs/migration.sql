-- AlterTable
ALTER TABLE "outbox" ADD COLUMN     "epoch" BIGINT NOT NULL DEFAULT 0;

-- CreateTable
CREATE TABLE "epoch" (
    "single" BOOLEAN NOT NULL DEFAULT true,
    "epoch" BIGINT NOT NULL,
    "went_back_at" TIMESTAMPTZ(3),

    CONSTRAINT "epoch_pkey" PRIMARY KEY ("single")
);

-- CreateTable
CREATE TABLE "relay_lease" (
    "single" BOOLEAN NOT NULL DEFAULT true,
    "term" BIGINT NOT NULL,
    "holder" UUID NOT NULL,
    "renewed_at" TIMESTAMPTZ(3) NOT NULL,
    "until" TIMESTAMPTZ(3),

    CONSTRAINT "relay_lease_pkey" PRIMARY KEY ("single")
);

-- CreateTable
CREATE TABLE "relay_tail" (
    "topic" TEXT NOT NULL,
    "partition" INTEGER NOT NULL,
    "next" BIGINT NOT NULL,

    CONSTRAINT "relay_tail_pkey" PRIMARY KEY ("topic","partition")
);

-- CreateTable
CREATE TABLE "forgotten_fact" (
    "id" UUID NOT NULL,
    "topic" TEXT NOT NULL,
    "partition" INTEGER NOT NULL,
    "offset" BIGINT NOT NULL,
    "key" TEXT NOT NULL,
    "type" TEXT NOT NULL,
    "version" INTEGER NOT NULL,
    "sequence" BIGINT NOT NULL,
    "time" TIMESTAMPTZ(3) NOT NULL,
    "epoch" BIGINT NOT NULL,
    "value" TEXT NOT NULL,
    "recorded_at" TIMESTAMPTZ(3) NOT NULL,
    "found_at" TIMESTAMPTZ(3) NOT NULL DEFAULT clock_timestamp(),
    "closed_at" TIMESTAMPTZ(3),
    "outcome" TEXT,

    CONSTRAINT "forgotten_fact_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "forgotten_fact_topic_key_closed_at_idx" ON "forgotten_fact"("topic", "key", "closed_at");
