-- AlterTable
ALTER TABLE "arrival" ADD COLUMN     "reason" TEXT;
