-- AlterTable
ALTER TABLE "access_account" DROP COLUMN "debited_at",
DROP COLUMN "debits",
DROP COLUMN "failures",
ADD COLUMN     "blocks" JSONB NOT NULL DEFAULT '[]',
ADD COLUMN     "familiar" JSONB NOT NULL DEFAULT '[]',
ADD COLUMN     "guesses" JSONB NOT NULL DEFAULT '[]';
