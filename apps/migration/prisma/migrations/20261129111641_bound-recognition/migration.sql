-- AlterTable
ALTER TABLE "campaign" ADD COLUMN     "recognised_from" TEXT;
