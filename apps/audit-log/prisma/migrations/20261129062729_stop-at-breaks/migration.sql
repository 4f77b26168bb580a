-- AlterTable
ALTER TABLE "ingested_id" ADD COLUMN     "fingerprint" BYTEA;

-- CreateTable
CREATE TABLE "partition_break" (
    "topic" TEXT NOT NULL,
    "partition" INTEGER NOT NULL,
    "generation" INTEGER NOT NULL,
    "cause" TEXT NOT NULL,
    "found_at" TIMESTAMPTZ(3) NOT NULL,
    "closed_by" TEXT,
    "reason" TEXT,
    "closed_at" TIMESTAMPTZ(3),

    CONSTRAINT "partition_break_pkey" PRIMARY KEY ("topic","partition","generation")
);

-- CreateTable
CREATE TABLE "reused_id" (
    "topic" TEXT NOT NULL,
    "id" UUID NOT NULL,
    "fingerprint" BYTEA NOT NULL,

    CONSTRAINT "reused_id_pkey" PRIMARY KEY ("topic","id","fingerprint")
);

-- CreateTable
CREATE TABLE "declared_log" (
    "origin" TEXT NOT NULL,
    "declared" BIGINT NOT NULL,
    "first_sequence" BIGINT NOT NULL,
    "follows" JSON NOT NULL,
    "declared_by" TEXT NOT NULL,
    "reason" TEXT NOT NULL,
    "declared_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "declared_log_pkey" PRIMARY KEY ("origin")
);

-- CreateTable
CREATE TABLE "log_break" (
    "finding" UUID NOT NULL,
    "cause" TEXT NOT NULL,
    "found_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "log_break_pkey" PRIMARY KEY ("finding")
);

-- CreateIndex
CREATE UNIQUE INDEX "declared_log_declared_key" ON "declared_log"("declared");
