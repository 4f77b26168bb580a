-- AlterTable
ALTER TABLE "access_account" ADD COLUMN     "session_kept" UUID;
