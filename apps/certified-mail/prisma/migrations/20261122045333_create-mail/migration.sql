-- CreateSchema
CREATE SCHEMA IF NOT EXISTS "public";

-- CreateTable
CREATE TABLE "message" (
    "identificativo" TEXT NOT NULL,
    "certified" JSONB NOT NULL,
    "sequence" INTEGER NOT NULL DEFAULT 0,
    "known_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "message_pkey" PRIMARY KEY ("identificativo")
);

-- CreateTable
CREATE TABLE "submission" (
    "identificativo" TEXT NOT NULL,
    "provider" TEXT NOT NULL,
    "sender" TEXT NOT NULL,
    "legal_key" TEXT NOT NULL,
    "state" TEXT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "reasons" JSONB NOT NULL DEFAULT '[]',
    "spool_sha256" TEXT,
    "erased_at" TIMESTAMPTZ(3),

    CONSTRAINT "submission_pkey" PRIMARY KEY ("identificativo")
);

-- CreateTable
CREATE TABLE "recipient" (
    "identificativo" TEXT NOT NULL,
    "address" TEXT NOT NULL,
    "provider" TEXT NOT NULL,
    "state" TEXT NOT NULL,
    "outcome_at" TIMESTAMPTZ(3),

    CONSTRAINT "recipient_pkey" PRIMARY KEY ("identificativo","address")
);

-- CreateTable
CREATE TABLE "emission" (
    "id" BIGSERIAL NOT NULL,
    "provider" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "identificativo" TEXT NOT NULL,
    "message_id" TEXT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "forward_path" TEXT[],
    "about" TEXT[],
    "form" TEXT,
    "errore" TEXT,
    "errore_esteso" TEXT,
    "towards" TEXT,
    "arrival_id" UUID,
    "state" TEXT NOT NULL DEFAULT 'due',
    "not_before" TIMESTAMPTZ(3) NOT NULL DEFAULT clock_timestamp(),
    "tries" INTEGER NOT NULL DEFAULT 0,

    CONSTRAINT "emission_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "arrival" (
    "id" UUID NOT NULL,
    "provider" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "identificativo" TEXT NOT NULL,
    "message_id" TEXT NOT NULL,
    "signed_by" TEXT NOT NULL,
    "reverse_path" TEXT NOT NULL,
    "tipo" TEXT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "spool_sha256" TEXT NOT NULL,
    "erased_at" TIMESTAMPTZ(3),

    CONSTRAINT "arrival_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "placement" (
    "id" BIGSERIAL NOT NULL,
    "arrival_id" UUID NOT NULL,
    "signed_by" TEXT NOT NULL,
    "message_id" TEXT NOT NULL,
    "address" TEXT NOT NULL,
    "state" TEXT NOT NULL,
    "not_before" TIMESTAMPTZ(3) NOT NULL DEFAULT clock_timestamp(),
    "tries" INTEGER NOT NULL DEFAULT 0,

    CONSTRAINT "placement_pkey" PRIMARY KEY ("id")
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
CREATE UNIQUE INDEX "submission_legal_key_key" ON "submission"("legal_key");

-- CreateIndex
CREATE INDEX "submission_sender_at_idx" ON "submission"("sender", "at");

-- CreateIndex
CREATE INDEX "submission_state_erased_at_idx" ON "submission"("state", "erased_at");

-- CreateIndex
CREATE INDEX "emission_identificativo_idx" ON "emission"("identificativo");

-- CreateIndex
CREATE INDEX "emission_state_not_before_idx" ON "emission"("state", "not_before");

-- CreateIndex
CREATE INDEX "emission_arrival_id_state_idx" ON "emission"("arrival_id", "state");

-- CreateIndex
CREATE UNIQUE INDEX "emission_message_id_towards_key" ON "emission"("message_id", "towards");

-- CreateIndex
CREATE INDEX "arrival_erased_at_idx" ON "arrival"("erased_at");

-- CreateIndex
CREATE INDEX "placement_state_not_before_idx" ON "placement"("state", "not_before");

-- CreateIndex
CREATE INDEX "placement_arrival_id_state_idx" ON "placement"("arrival_id", "state");

-- CreateIndex
CREATE UNIQUE INDEX "placement_signed_by_message_id_address_key" ON "placement"("signed_by", "message_id", "address");

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

-- AddForeignKey
ALTER TABLE "submission" ADD CONSTRAINT "submission_identificativo_fkey" FOREIGN KEY ("identificativo") REFERENCES "message"("identificativo") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "recipient" ADD CONSTRAINT "recipient_identificativo_fkey" FOREIGN KEY ("identificativo") REFERENCES "submission"("identificativo") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "emission" ADD CONSTRAINT "emission_identificativo_fkey" FOREIGN KEY ("identificativo") REFERENCES "message"("identificativo") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "emission" ADD CONSTRAINT "emission_arrival_id_fkey" FOREIGN KEY ("arrival_id") REFERENCES "arrival"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "arrival" ADD CONSTRAINT "arrival_identificativo_fkey" FOREIGN KEY ("identificativo") REFERENCES "message"("identificativo") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "placement" ADD CONSTRAINT "placement_arrival_id_fkey" FOREIGN KEY ("arrival_id") REFERENCES "arrival"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- From which ids of messages and receipts are made: drawn once each, never drawn again, whatever becomes of them.
CREATE SEQUENCE "message_serial" AS bigint;

-- The states are those of the tables in src/domain.
ALTER TABLE "submission" ADD CONSTRAINT "submission_state" CHECK ("state" IN ('accepted', 'refused', 'concluded'));
ALTER TABLE "recipient" ADD CONSTRAINT "recipient_state" CHECK ("state" IN ('dispatched', 'taken-in-charge', 'delivered', 'not-delivered'));
ALTER TABLE "emission" ADD CONSTRAINT "emission_state" CHECK ("state" IN ('due', 'carried', 'returned'));
ALTER TABLE "placement" ADD CONSTRAINT "placement_state" CHECK ("state" IN ('due', 'placed', 'returned'));
