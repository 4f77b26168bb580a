-- AlterTable
ALTER TABLE "access_account" ADD COLUMN     "sessions_ended_at" TIMESTAMPTZ(3);
