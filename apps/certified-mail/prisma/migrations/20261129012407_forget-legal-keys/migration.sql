-- AlterTable
ALTER TABLE "submission" ALTER COLUMN "legal_key" DROP NOT NULL;
