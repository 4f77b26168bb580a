-- CreateTable
CREATE TABLE "operator" (
    "id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "full_name" TEXT NOT NULL,
    "roles" TEXT[],
    "state" TEXT NOT NULL,
    "password_hash" TEXT,
    "factor_version" INTEGER NOT NULL DEFAULT 0,
    "last_step" INTEGER NOT NULL DEFAULT 0,
    "activation_sha256" TEXT,
    "activation_until" TIMESTAMPTZ(3),
    "added_by" TEXT NOT NULL,
    "added_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "operator_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "operator_password" (
    "operator_id" UUID NOT NULL,
    "hash" TEXT NOT NULL,
    "chosen_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "operator_password_pkey" PRIMARY KEY ("operator_id","hash")
);

-- CreateTable
CREATE TABLE "provider_record" (
    "kind" TEXT NOT NULL,
    "id" TEXT NOT NULL,
    "payload" JSONB NOT NULL,
    "grant_id" TEXT,
    "uid" TEXT,
    "consumed_at" TIMESTAMPTZ(3),
    "expires_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "provider_record_pkey" PRIMARY KEY ("kind","id")
);

-- CreateIndex
CREATE UNIQUE INDEX "operator_name_key" ON "operator"("name");

-- CreateIndex
CREATE UNIQUE INDEX "operator_activation_sha256_key" ON "operator"("activation_sha256");

-- CreateIndex
CREATE INDEX "provider_record_grant_id_idx" ON "provider_record"("grant_id");

-- CreateIndex
CREATE INDEX "provider_record_uid_idx" ON "provider_record"("uid");

-- CreateIndex
CREATE INDEX "provider_record_expires_at_idx" ON "provider_record"("expires_at");

-- AddForeignKey
ALTER TABLE "operator_password" ADD CONSTRAINT "operator_password_operator_id_fkey" FOREIGN KEY ("operator_id") REFERENCES "operator"("id") ON DELETE RESTRICT ON UPDATE CASCADE;
