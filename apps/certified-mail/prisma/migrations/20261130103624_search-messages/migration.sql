-- CreateIndex
CREATE INDEX "message_known_at_identificativo_idx" ON "message"("known_at", "identificativo");

-- CreateIndex
CREATE INDEX "recipient_address_idx" ON "recipient"("address");

-- CreateIndex
CREATE INDEX "placement_address_idx" ON "placement"("address");

-- The messages of a sender, in the order in which they became known.
CREATE INDEX "message_sender" ON "message" (lower("certified" ->> 'mittente'), "known_at", "identificativo");
