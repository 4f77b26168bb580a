-- AlterTable
ALTER TABLE "holder" ADD COLUMN     "counted_sequence" INTEGER NOT NULL DEFAULT 0,
ADD COLUMN     "directory_boxes" INTEGER NOT NULL DEFAULT 0,
ADD COLUMN     "directory_digest" DECIMAL(78,0) NOT NULL DEFAULT 0;
