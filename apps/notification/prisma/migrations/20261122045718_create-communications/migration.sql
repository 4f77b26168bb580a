-- CreateSchema
CREATE SCHEMA IF NOT EXISTS "public";

-- CreateTable
CREATE TABLE "outbox" (
    "seq" BIGSERIAL NOT NULL,
    "id" UUID NOT NULL DEFAULT uuidv7(),
    "topic" TEXT NOT NULL,
    "key" TEXT NOT NULL,
    "type" TEXT NOT NULL,
    "version" INTEGER NOT NULL,
    "sequence" BIGINT NOT NULL,
    "time" TIMESTAMPTZ(3) NOT NULL,
    "traceparent" TEXT NOT NULL,
    "value" TEXT NOT NULL,
    "appended_at" TIMESTAMPTZ(3) NOT NULL DEFAULT clock_timestamp(),
    "published_at" TIMESTAMPTZ(3),

    CONSTRAINT "outbox_pkey" PRIMARY KEY ("seq")
);

-- CreateTable
CREATE TABLE "inbox" (
    "consumer" TEXT NOT NULL,
    "topic" TEXT NOT NULL,
    "id" UUID NOT NULL,
    "claimed_at" TIMESTAMPTZ(3) NOT NULL DEFAULT clock_timestamp(),

    CONSTRAINT "inbox_pkey" PRIMARY KEY ("consumer","topic","id")
);

-- CreateTable
CREATE TABLE "inbox_sweep" (
    "consumer" TEXT NOT NULL,
    "topic" TEXT NOT NULL,
    "before" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "inbox_sweep_pkey" PRIMARY KEY ("consumer","topic")
);

-- CreateTable
CREATE TABLE "dead_letter" (
    "id" UUID NOT NULL DEFAULT uuidv7(),
    "seq" BIGSERIAL NOT NULL,
    "consumer" TEXT NOT NULL,
    "topic" TEXT NOT NULL,
    "partition" INTEGER NOT NULL,
    "offset" BIGINT NOT NULL,
    "recorded_at" TIMESTAMPTZ(3) NOT NULL,
    "key" TEXT,
    "headers" JSON NOT NULL,
    "value" BYTEA,
    "event_id" UUID,
    "cause" TEXT,
    "failure_class" TEXT,
    "tries" INTEGER NOT NULL DEFAULT 0,
    "kept_at" TIMESTAMPTZ(3) NOT NULL DEFAULT clock_timestamp(),
    "redrive_asked_at" TIMESTAMPTZ(3),
    "closed_at" TIMESTAMPTZ(3),
    "outcome" TEXT,

    CONSTRAINT "dead_letter_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "communication" (
    "id" UUID NOT NULL,
    "kind" TEXT NOT NULL,
    "channel" TEXT NOT NULL,
    "programme" TEXT NOT NULL,
    "holder" TEXT NOT NULL,
    "move" UUID,
    "generation" INTEGER NOT NULL,
    "about" JSONB NOT NULL,
    "sender" TEXT,
    "recipient" TEXT,
    "state" TEXT NOT NULL,
    "sequence" INTEGER NOT NULL,
    "identificativo" TEXT,
    "reason" TEXT,
    "asked_at" TIMESTAMPTZ(3) NOT NULL,
    "submitted_at" TIMESTAMPTZ(3),
    "ended_at" TIMESTAMPTZ(3),
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "next_try_at" TIMESTAMPTZ(3) DEFAULT clock_timestamp(),
    "hindrance" TEXT,
    "traceparent" TEXT NOT NULL,

    CONSTRAINT "communication_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "keyed_request" (
    "caller" TEXT NOT NULL,
    "operation" TEXT NOT NULL,
    "key" TEXT NOT NULL,
    "body_hash" TEXT NOT NULL,
    "answer" JSONB,
    "asked_at" TIMESTAMPTZ(3) NOT NULL DEFAULT clock_timestamp(),

    CONSTRAINT "keyed_request_pkey" PRIMARY KEY ("caller","operation","key")
);

-- CreateIndex
CREATE INDEX "outbox_published_at_seq_idx" ON "outbox"("published_at", "seq");

-- CreateIndex
CREATE INDEX "inbox_claimed_at_idx" ON "inbox" USING BRIN ("claimed_at");

-- CreateIndex
CREATE INDEX "dead_letter_consumer_topic_key_closed_at_seq_idx" ON "dead_letter"("consumer", "topic", "key", "closed_at", "seq");

-- CreateIndex
CREATE INDEX "dead_letter_redrive_asked_at_idx" ON "dead_letter"("redrive_asked_at");

-- CreateIndex
CREATE UNIQUE INDEX "dead_letter_consumer_topic_partition_offset_recorded_at_key" ON "dead_letter"("consumer", "topic", "partition", "offset", "recorded_at");

-- CreateIndex
CREATE INDEX "communication_next_try_at_idx" ON "communication"("next_try_at");

-- CreateIndex
CREATE INDEX "communication_state_asked_at_id_idx" ON "communication"("state", "asked_at", "id");

-- CreateIndex
CREATE INDEX "communication_asked_at_id_idx" ON "communication"("asked_at", "id");

-- CreateIndex
CREATE INDEX "keyed_request_asked_at_idx" ON "keyed_request"("asked_at");
