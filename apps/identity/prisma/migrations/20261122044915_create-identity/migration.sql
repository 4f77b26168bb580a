-- CreateSchema
CREATE SCHEMA IF NOT EXISTS "public";

-- CreateTable
CREATE TABLE "holder" (
    "id" UUID NOT NULL,
    "codice_fiscale" TEXT NOT NULL,
    "cognome" TEXT NOT NULL,
    "nome" TEXT NOT NULL,
    "sesso" TEXT NOT NULL,
    "data_nascita" TEXT NOT NULL,
    "comune_nascita" TEXT NOT NULL,
    "email_ordinaria" TEXT,
    "cellulare" TEXT,
    "indirizzo" TEXT,
    "registered_at" TIMESTAMPTZ(3) NOT NULL,
    "sequence" INTEGER NOT NULL DEFAULT 0,

    CONSTRAINT "holder_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "recognition" (
    "id" UUID NOT NULL,
    "holder_id" UUID NOT NULL,
    "move" UUID NOT NULL,
    "origin" TEXT NOT NULL,
    "office" TEXT NOT NULL,
    "operator" TEXT NOT NULL,
    "date" TEXT NOT NULL,
    "level" TEXT NOT NULL,
    "recorded_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "recognition_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "login_address" (
    "address" TEXT NOT NULL,
    "holder_id" UUID NOT NULL,
    "service" TEXT NOT NULL,
    "learned_at" TIMESTAMPTZ(3) NOT NULL,
    "opened_at" TIMESTAMPTZ(3),

    CONSTRAINT "login_address_pkey" PRIMARY KEY ("address")
);

-- CreateTable
CREATE TABLE "pin" (
    "id" UUID NOT NULL,
    "holder_id" UUID NOT NULL,
    "service" TEXT NOT NULL,
    "state" TEXT NOT NULL,
    "first_channel" TEXT NOT NULL,
    "second_channel" TEXT NOT NULL,
    "first_written_at" TIMESTAMPTZ(3),
    "second_written_at" TIMESTAMPTZ(3),
    "issued_at" TIMESTAMPTZ(3) NOT NULL,
    "hash" TEXT,
    "changed_at" TIMESTAMPTZ(3),

    CONSTRAINT "pin_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "enrolment" (
    "id" UUID NOT NULL,
    "move" UUID NOT NULL,
    "campaign" TEXT NOT NULL,
    "holder_id" UUID NOT NULL,
    "service" TEXT NOT NULL,
    "state" TEXT NOT NULL,
    "until" TIMESTAMPTZ(3) NOT NULL,
    "generation" INTEGER NOT NULL DEFAULT 1,
    "opened_at" TIMESTAMPTZ(3) NOT NULL,
    "given_at" TIMESTAMPTZ(3),
    "confirmed_at" TIMESTAMPTZ(3),
    "voided_at" TIMESTAMPTZ(3),
    "switched_at" TIMESTAMPTZ(3),

    CONSTRAINT "enrolment_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "password" (
    "holder_id" UUID NOT NULL,
    "service" TEXT NOT NULL,
    "hash" TEXT NOT NULL,
    "chosen_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "password_pkey" PRIMARY KEY ("holder_id","service")
);

-- CreateTable
CREATE TABLE "terms_acceptance" (
    "enrolment_id" UUID NOT NULL,
    "document" TEXT NOT NULL,
    "version" TEXT NOT NULL,
    "language" TEXT NOT NULL,
    "sha256" TEXT NOT NULL,
    "accepted_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "terms_acceptance_pkey" PRIMARY KEY ("enrolment_id","document")
);

-- CreateTable
CREATE TABLE "security_answers" (
    "holder_id" UUID NOT NULL,
    "questions" TEXT[],
    "hash" TEXT NOT NULL,
    "set_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "security_answers_pkey" PRIMARY KEY ("holder_id")
);

-- CreateTable
CREATE TABLE "access_account" (
    "id" UUID NOT NULL,
    "failures" INTEGER NOT NULL DEFAULT 0,
    "debits" INTEGER NOT NULL DEFAULT 0,
    "debited_at" TIMESTAMPTZ(3),
    "blocked_from" TIMESTAMPTZ(3),
    "blocked_until" TIMESTAMPTZ(3),
    "sequence" INTEGER NOT NULL DEFAULT 0,
    "hashes" INTEGER NOT NULL DEFAULT 0,

    CONSTRAINT "access_account_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "reader" (
    "name" TEXT NOT NULL,
    "sequence" INTEGER NOT NULL DEFAULT 0,

    CONSTRAINT "reader_pkey" PRIMARY KEY ("name")
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
CREATE UNIQUE INDEX "holder_codice_fiscale_key" ON "holder"("codice_fiscale");

-- CreateIndex
CREATE INDEX "recognition_holder_id_idx" ON "recognition"("holder_id");

-- CreateIndex
CREATE INDEX "login_address_holder_id_idx" ON "login_address"("holder_id");

-- CreateIndex
CREATE UNIQUE INDEX "pin_holder_id_service_key" ON "pin"("holder_id", "service");

-- CreateIndex
CREATE UNIQUE INDEX "enrolment_move_key" ON "enrolment"("move");

-- CreateIndex
CREATE INDEX "enrolment_holder_id_service_idx" ON "enrolment"("holder_id", "service");

-- CreateIndex
CREATE INDEX "enrolment_campaign_id_idx" ON "enrolment"("campaign", "id");

-- CreateIndex
CREATE INDEX "access_account_blocked_until_idx" ON "access_account"("blocked_until");

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
ALTER TABLE "recognition" ADD CONSTRAINT "recognition_holder_id_fkey" FOREIGN KEY ("holder_id") REFERENCES "holder"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "pin" ADD CONSTRAINT "pin_holder_id_fkey" FOREIGN KEY ("holder_id") REFERENCES "holder"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "enrolment" ADD CONSTRAINT "enrolment_holder_id_fkey" FOREIGN KEY ("holder_id") REFERENCES "holder"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "password" ADD CONSTRAINT "password_holder_id_fkey" FOREIGN KEY ("holder_id") REFERENCES "holder"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "terms_acceptance" ADD CONSTRAINT "terms_acceptance_enrolment_id_fkey" FOREIGN KEY ("enrolment_id") REFERENCES "enrolment"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "security_answers" ADD CONSTRAINT "security_answers_holder_id_fkey" FOREIGN KEY ("holder_id") REFERENCES "holder"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- What the sweep looks for, and the states that rules know: nobody reads a row that no rule foresees.
CREATE INDEX "enrolment_unfinished_until_idx" ON "enrolment"("until", "id") WHERE "state" NOT IN ('confirmed', 'voided');
ALTER TABLE "enrolment" ADD CONSTRAINT "enrolment_state_known" CHECK ("state" IN ('opened', 'signed-in', 'password-changed', 'terms-accepted', 'questions-set', 'confirmed', 'voided'));
ALTER TABLE "pin" ADD CONSTRAINT "pin_state_known" CHECK (("state" = 'initial') = ("hash" IS NULL) AND "state" IN ('initial', 'personal'));
ALTER TABLE "access_account" ADD CONSTRAINT "access_account_counts" CHECK ("failures" >= 0 AND "debits" >= 0);
