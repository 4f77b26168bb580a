-- CreateTable
CREATE TABLE "epoch_seen" (
    "consumer" TEXT NOT NULL,
    "topic" TEXT NOT NULL,
    "partition" INTEGER NOT NULL,
    "epoch" BIGINT NOT NULL,

    CONSTRAINT "epoch_seen_pkey" PRIMARY KEY ("consumer","topic","partition")
);
