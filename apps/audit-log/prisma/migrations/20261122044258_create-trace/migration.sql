-- CreateSchema
CREATE SCHEMA IF NOT EXISTS "public";

-- CreateTable
CREATE TABLE "ingest_position" (
    "topic" TEXT NOT NULL,
    "generation" INTEGER NOT NULL,
    "partition" INTEGER NOT NULL,
    "next" BIGINT NOT NULL,
    "fingerprint" BYTEA,

    CONSTRAINT "ingest_position_pkey" PRIMARY KEY ("topic","generation","partition")
);

-- CreateTable
CREATE TABLE "ingested_id" (
    "topic" TEXT NOT NULL,
    "id" UUID NOT NULL,

    CONSTRAINT "ingested_id_pkey" PRIMARY KEY ("topic","id")
);

-- CreateTable
CREATE TABLE "sequenced_batch" (
    "first_index" BIGINT NOT NULL,
    "size" INTEGER NOT NULL,
    "leaves" BYTEA NOT NULL,
    "sequenced_at" TIMESTAMPTZ(3) NOT NULL DEFAULT clock_timestamp(),

    CONSTRAINT "sequenced_batch_pkey" PRIMARY KEY ("first_index")
);

-- CreateTable
CREATE TABLE "trace_day" (
    "day" DATE NOT NULL,
    "first_index" BIGINT NOT NULL,

    CONSTRAINT "trace_day_pkey" PRIMARY KEY ("day")
);

-- CreateTable
CREATE TABLE "tile" (
    "level" INTEGER NOT NULL,
    "index" BIGINT NOT NULL,
    "root" BYTEA NOT NULL,
    "hashes" BYTEA NOT NULL,

    CONSTRAINT "tile_pkey" PRIMARY KEY ("level","index")
);

-- CreateTable
CREATE TABLE "checkpoint" (
    "size" BIGINT NOT NULL,
    "sequence" BIGINT NOT NULL,
    "root" BYTEA NOT NULL,
    "note" TEXT NOT NULL,
    "signed_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "checkpoint_pkey" PRIMARY KEY ("size")
);

-- CreateTable
CREATE TABLE "trace_export" (
    "id" UUID NOT NULL,
    "state" TEXT NOT NULL,
    "size" BIGINT NOT NULL,
    "written" BIGINT NOT NULL DEFAULT 0,
    "failure" TEXT,
    "asked_by" TEXT NOT NULL,
    "asked_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "trace_export_pkey" PRIMARY KEY ("id")
);

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
CREATE UNIQUE INDEX "trace_day_first_index_key" ON "trace_day"("first_index");

-- CreateIndex
CREATE UNIQUE INDEX "checkpoint_sequence_key" ON "checkpoint"("sequence");

-- CreateIndex
CREATE INDEX "trace_export_state_idx" ON "trace_export"("state");

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
CREATE INDEX "keyed_request_asked_at_idx" ON "keyed_request"("asked_at");
