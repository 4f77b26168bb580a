-- AlterTable
ALTER TABLE "emission" ADD COLUMN     "overdue_at" TIMESTAMPTZ(3);

-- CreateTable
CREATE TABLE "spool_mark" (
    "id" INTEGER NOT NULL DEFAULT 1,
    "mark" UUID NOT NULL,

    CONSTRAINT "spool_mark_pkey" PRIMARY KEY ("id")
);
