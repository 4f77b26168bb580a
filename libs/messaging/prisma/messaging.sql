-- The tables of messaging.prisma, for specs and tools that have no Prisma migration at hand. A spec compares both.
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
    "epoch" BIGINT NOT NULL DEFAULT 0,
    "appended_at" TIMESTAMPTZ(3) NOT NULL DEFAULT clock_timestamp(),
    "published_at" TIMESTAMPTZ(3),
    CONSTRAINT "outbox_pkey" PRIMARY KEY ("seq")
);
CREATE INDEX "outbox_published_at_seq_idx" ON "outbox"("published_at", "seq");

CREATE TABLE "epoch" (
    "single" BOOLEAN NOT NULL DEFAULT true,
    "epoch" BIGINT NOT NULL,
    "went_back_at" TIMESTAMPTZ(3),
    CONSTRAINT "epoch_pkey" PRIMARY KEY ("single")
);

CREATE TABLE "relay_lease" (
    "single" BOOLEAN NOT NULL DEFAULT true,
    "term" BIGINT NOT NULL,
    "holder" UUID NOT NULL,
    "renewed_at" TIMESTAMPTZ(3) NOT NULL,
    "until" TIMESTAMPTZ(3),
    CONSTRAINT "relay_lease_pkey" PRIMARY KEY ("single")
);

CREATE TABLE "relay_tail" (
    "topic" TEXT NOT NULL,
    "partition" INTEGER NOT NULL,
    "next" BIGINT NOT NULL,
    CONSTRAINT "relay_tail_pkey" PRIMARY KEY ("topic","partition")
);

CREATE TABLE "republication" (
    "single" BOOLEAN NOT NULL DEFAULT true,
    "topics" TEXT[],
    "next" BIGINT NOT NULL,
    "last" BIGINT NOT NULL,
    "asked" BIGINT NOT NULL,
    CONSTRAINT "republication_pkey" PRIMARY KEY ("single")
);

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
CREATE INDEX "forgotten_fact_topic_key_closed_at_idx" ON "forgotten_fact"("topic", "key", "closed_at");
CREATE INDEX "forgotten_fact_topic_type_closed_at_idx" ON "forgotten_fact"("topic", "type", "closed_at");

CREATE TABLE "inbox" (
    "consumer" TEXT NOT NULL,
    "topic" TEXT NOT NULL,
    "id" UUID NOT NULL,
    "claimed_at" TIMESTAMPTZ(3) NOT NULL DEFAULT clock_timestamp(),
    "fingerprint" BYTEA,
    CONSTRAINT "inbox_pkey" PRIMARY KEY ("consumer", "topic", "id")
);
CREATE INDEX "inbox_claimed_at_idx" ON "inbox" USING BRIN ("claimed_at");

CREATE TABLE "inbox_sweep" (
    "consumer" TEXT NOT NULL,
    "topic" TEXT NOT NULL,
    "before" TIMESTAMPTZ(3) NOT NULL,
    CONSTRAINT "inbox_sweep_pkey" PRIMARY KEY ("consumer", "topic")
);

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
    CONSTRAINT "reading_position_pkey" PRIMARY KEY ("consumer", "topic", "partition")
);

CREATE TABLE "position_mark" (
    "consumer" TEXT NOT NULL,
    "topic" TEXT NOT NULL,
    "partition" INTEGER NOT NULL,
    "offset" BIGINT NOT NULL,
    "fingerprint" BYTEA NOT NULL,
    CONSTRAINT "position_mark_pkey" PRIMARY KEY ("consumer", "topic", "partition", "offset")
);

CREATE TABLE "epoch_seen" (
    "consumer" TEXT NOT NULL,
    "topic" TEXT NOT NULL,
    "partition" INTEGER NOT NULL,
    "epoch" BIGINT NOT NULL,
    CONSTRAINT "epoch_seen_pkey" PRIMARY KEY ("consumer", "topic", "partition")
);

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
CREATE UNIQUE INDEX "dead_letter_consumer_topic_partition_offset_recorded_at_key" ON "dead_letter"("consumer", "topic", "partition", "offset", "recorded_at");
CREATE INDEX "dead_letter_consumer_topic_key_closed_at_seq_idx" ON "dead_letter"("consumer", "topic", "key", "closed_at", "seq");
CREATE INDEX "dead_letter_redrive_asked_at_idx" ON "dead_letter"("redrive_asked_at");
