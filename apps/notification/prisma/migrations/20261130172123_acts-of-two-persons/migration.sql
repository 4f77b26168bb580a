-- CreateTable
CREATE TABLE "approval" (
    "id" UUID NOT NULL,
    "act" TEXT NOT NULL,
    "command" JSONB NOT NULL,
    "fingerprint" TEXT NOT NULL,
    "state" TEXT NOT NULL,
    "reason" TEXT,
    "asked_by" TEXT NOT NULL,
    "asked_at" TIMESTAMPTZ(3) NOT NULL,
    "until" TIMESTAMPTZ(3) NOT NULL,
    "approved_by" TEXT,
    "approved_at" TIMESTAMPTZ(3),

    CONSTRAINT "approval_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "approval_fingerprint_idx" ON "approval"("fingerprint");

-- CreateIndex
CREATE INDEX "approval_until_idx" ON "approval"("until");
