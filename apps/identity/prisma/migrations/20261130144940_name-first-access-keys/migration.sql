-- AlterTable
ALTER TABLE "pin" ADD COLUMN     "key_id" TEXT;

-- AlterTable
ALTER TABLE "enrolment" ADD COLUMN     "key_id" TEXT;

-- AlterTable
ALTER TABLE "security_answers" ADD COLUMN     "key_id" TEXT;

-- AlterTable
ALTER TABLE "operator" ADD COLUMN     "factor_key" TEXT;
