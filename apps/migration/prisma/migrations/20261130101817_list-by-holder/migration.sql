-- DropIndex
DROP INDEX "move_campaign_state_idx";

-- CreateIndex
CREATE INDEX "move_campaign_state_codice_fiscale_idx" ON "move"("campaign", "state", "codice_fiscale");

-- CreateIndex
CREATE INDEX "move_holder_idx" ON "move"("holder");

-- Moves of which it must be asked whether they are late: few, as the others are switched in time.
CREATE INDEX "move_late" ON "move" ("campaign", "codice_fiscale")
  WHERE "confirmed_at" IS NOT NULL AND ("completed_at" IS NULL OR "completed_at" - "confirmed_at" > interval '24 hours');
