-- CreateSchema
CREATE SCHEMA IF NOT EXISTS "public";

-- CreateTable
CREATE TABLE "holder" (
    "id" UUID NOT NULL,
    "sequence" INTEGER NOT NULL DEFAULT 0,
    "directory_sequence" INTEGER NOT NULL DEFAULT 0,

    CONSTRAINT "holder_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "mailbox" (
    "id" UUID NOT NULL,
    "holder_id" UUID NOT NULL,
    "address" TEXT NOT NULL,
    "log_in_name" TEXT,
    "service" TEXT NOT NULL,
    "state" TEXT NOT NULL,
    "state_since" TIMESTAMPTZ(3) NOT NULL,
    "partner" TEXT,
    "base_address" TEXT,
    "homonym" INTEGER,

    CONSTRAINT "mailbox_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "move" (
    "id" UUID NOT NULL,
    "campaign" TEXT NOT NULL,
    "holder_id" UUID NOT NULL,
    "source_id" UUID,
    "target_id" UUID,
    "refusal" JSONB,
    "planned_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "move_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "switch_order" (
    "move_id" UUID NOT NULL,
    "asked_at" TIMESTAMPTZ(3) NOT NULL,
    "confirmed_at" TIMESTAMPTZ(3) NOT NULL,
    "due_at" TIMESTAMPTZ(3) NOT NULL,
    "run_at" TIMESTAMPTZ(3) NOT NULL,
    "switched_at" TIMESTAMPTZ(3),
    "refusal" JSONB,

    CONSTRAINT "switch_order_pkey" PRIMARY KEY ("move_id")
);

-- CreateTable
CREATE TABLE "armed_calendar" (
    "service" TEXT NOT NULL,
    "version" INTEGER NOT NULL,
    "sha256" TEXT NOT NULL,
    "armed_by" TEXT NOT NULL,
    "armed_at" TIMESTAMPTZ(3) NOT NULL,
    "calendar" JSONB NOT NULL,

    CONSTRAINT "armed_calendar_pkey" PRIMARY KEY ("service")
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
CREATE UNIQUE INDEX "mailbox_address_key" ON "mailbox"("address");

-- CreateIndex
CREATE UNIQUE INDEX "mailbox_log_in_name_key" ON "mailbox"("log_in_name");

-- CreateIndex
CREATE INDEX "mailbox_holder_id_idx" ON "mailbox"("holder_id");

-- CreateIndex
CREATE UNIQUE INDEX "mailbox_base_address_homonym_key" ON "mailbox"("base_address", "homonym");

-- CreateIndex
CREATE INDEX "move_holder_id_idx" ON "move"("holder_id");

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
ALTER TABLE "mailbox" ADD CONSTRAINT "mailbox_holder_id_fkey" FOREIGN KEY ("holder_id") REFERENCES "holder"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "move" ADD CONSTRAINT "move_holder_id_fkey" FOREIGN KEY ("holder_id") REFERENCES "holder"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "move" ADD CONSTRAINT "move_source_id_fkey" FOREIGN KEY ("source_id") REFERENCES "mailbox"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "move" ADD CONSTRAINT "move_target_id_fkey" FOREIGN KEY ("target_id") REFERENCES "mailbox"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "switch_order" ADD CONSTRAINT "switch_order_move_id_fkey" FOREIGN KEY ("move_id") REFERENCES "move"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- What the schema language cannot say.

-- Stored in lower case, so that the unique indexes tell addresses apart without regard to case.
ALTER TABLE "mailbox"
    ADD CONSTRAINT "mailbox_address_lower_case" CHECK ("address" = lower("address")),
    ADD CONSTRAINT "mailbox_log_in_name_lower_case" CHECK ("log_in_name" = lower("log_in_name")),
    ADD CONSTRAINT "mailbox_state_known" CHECK ("state" IN ('requested', 'reserved', 'active', 'suspended',
        'receive-only', 'read-only', 'expired', 'closed', 'withdrawn', 'deleted'));

-- A move has its address or the reason why it has none.
ALTER TABLE "move" ADD CONSTRAINT "move_reserved_or_refused" CHECK (("target_id" IS NULL) = ("refusal" IS NOT NULL));

-- The sweep looks at what is still to be done, however much has been.
CREATE INDEX "switch_order_open_idx" ON "switch_order"("run_at") WHERE "switched_at" IS NULL AND "refusal" IS NULL;
