-- CreateIndex
CREATE INDEX "communication_holder_asked_at_id_idx" ON "communication"("holder", "asked_at", "id");
