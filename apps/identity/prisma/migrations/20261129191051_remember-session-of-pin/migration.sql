-- AlterTable
ALTER TABLE "pin" ADD COLUMN     "changed_in" UUID;
