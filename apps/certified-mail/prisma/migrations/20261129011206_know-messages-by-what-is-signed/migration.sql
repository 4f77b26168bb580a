-- What makes a message the same is what its provider has signed. The mail store knows each delivery by random bits of ours.

-- AlterTable
ALTER TABLE "emission" ADD COLUMN     "store_id" TEXT NOT NULL DEFAULT left(encode(sha256(((gen_random_uuid())::text || (gen_random_uuid())::text)::bytea), 'hex'::text), 32);

-- AlterTable
ALTER TABLE "arrival" ADD COLUMN     "on_behalf_of" TEXT;

-- AlterTable
ALTER TABLE "placement" ADD COLUMN     "arrival_key" TEXT,
ADD COLUMN     "store_id" TEXT NOT NULL DEFAULT left(encode(sha256(((gen_random_uuid())::text || (gen_random_uuid())::text)::bytea), 'hex'::text), 32);

-- The keys of rows that are there, as persistence/arrival-keys.ts makes them. An old receipt does not say of whom it speaks: it is
-- found by its kind, its message and its Message-ID.
UPDATE "placement" SET "arrival_key" = encode(sha256(convert_to(CASE arrival.kind
    WHEN 'envelope' THEN concat_ws(E'\x1f', 'envelope', arrival.signed_by, arrival.identificativo)
    WHEN 'receipt' THEN concat_ws(E'\x1f', 'receipt-by-id', arrival.signed_by, arrival.tipo, arrival.identificativo, arrival.message_id)
    ELSE concat_ws(E'\x1f', 'anomaly-by-bytes', arrival.message_id) END, 'UTF8')), 'hex')
  FROM "arrival" WHERE arrival.id = placement.arrival_id;

-- AlterTable
ALTER TABLE "placement" ALTER COLUMN "arrival_key" SET NOT NULL,
DROP COLUMN "message_id",
DROP COLUMN "signed_by";

-- CreateIndex
CREATE UNIQUE INDEX "placement_arrival_key_address_key" ON "placement"("arrival_key", "address");

-- What a peer was told is not taken for an address.
ALTER TABLE "placement" DROP CONSTRAINT "placement_state";
ALTER TABLE "placement" ADD CONSTRAINT "placement_state" CHECK ("state" IN ('due', 'placed', 'returned', 'refused'));
