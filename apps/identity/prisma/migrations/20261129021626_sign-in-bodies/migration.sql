-- CreateTable
CREATE TABLE "body_account" (
    "id" UUID NOT NULL,
    "address" TEXT NOT NULL,
    "hash" TEXT NOT NULL,
    "issued_by" TEXT NOT NULL,
    "issued_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "body_account_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "body_account_address_key" ON "body_account"("address");
