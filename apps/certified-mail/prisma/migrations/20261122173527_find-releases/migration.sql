-- CreateIndex
CREATE INDEX "sending_hold_box_released_at_idx" ON "sending_hold"("box", "released_at");
