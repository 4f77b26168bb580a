-- CreateTable
CREATE TABLE "dismissal" (
    "id" UUID NOT NULL,
    "address" TEXT NOT NULL,

    CONSTRAINT "dismissal_pkey" PRIMARY KEY ("id")
);
