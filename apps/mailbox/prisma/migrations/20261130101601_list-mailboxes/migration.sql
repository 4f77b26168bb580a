-- DropIndex
DROP INDEX "mailbox_holder_id_idx";

-- CreateIndex
CREATE INDEX "mailbox_holder_id_address_idx" ON "mailbox"("holder_id", "address");

-- CreateIndex
CREATE INDEX "mailbox_state_address_idx" ON "mailbox"("state", "address");

-- A list of one domain's boxes, in the order of their addresses.
CREATE INDEX "mailbox_domain_address" ON "mailbox" (split_part("address", '@', 2), "address");
