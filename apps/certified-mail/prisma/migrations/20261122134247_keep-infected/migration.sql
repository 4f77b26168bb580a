-- AlterTable
ALTER TABLE "arrival" ALTER COLUMN "spool_sha256" DROP NOT NULL;

-- CreateTable
CREATE TABLE "quarantined" (
    "id" UUID NOT NULL,
    "identificativo" TEXT NOT NULL,
    "provider" TEXT NOT NULL,
    "point" TEXT NOT NULL,
    "sender" TEXT NOT NULL,
    "recipients" TEXT[],
    "virus" TEXT NOT NULL,
    "bytes" INTEGER NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "keep_until" TIMESTAMPTZ(3) NOT NULL,
    "sha256" TEXT NOT NULL,
    "erased_at" TIMESTAMPTZ(3),

    CONSTRAINT "quarantined_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "quarantined_erased_at_keep_until_idx" ON "quarantined"("erased_at", "keep_until");

-- CreateIndex
CREATE INDEX "quarantined_at_id_idx" ON "quarantined"("at", "id");

-- AddForeignKey
ALTER TABLE "quarantined" ADD CONSTRAINT "quarantined_identificativo_fkey" FOREIGN KEY ("identificativo") REFERENCES "message"("identificativo") ON DELETE RESTRICT ON UPDATE CASCADE;

-- What is infected never lies in the spool.
ALTER TABLE "arrival" ADD CONSTRAINT "arrival_spooled" CHECK ("spool_sha256" IS NOT NULL OR "erased_at" IS NOT NULL);
ALTER TABLE "quarantined" ADD CONSTRAINT "quarantined_point" CHECK ("point" IN ('access', 'incoming'));
