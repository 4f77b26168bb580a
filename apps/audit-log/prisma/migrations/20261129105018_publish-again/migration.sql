-- CreateTable
CREATE TABLE "republication" (
    "single" BOOLEAN NOT NULL DEFAULT true,
    "topics" TEXT[],
    "next" BIGINT NOT NULL,
    "last" BIGINT NOT NULL,
    "asked" BIGINT NOT NULL,

    CONSTRAINT "republication_pkey" PRIMARY KEY ("single")
);
