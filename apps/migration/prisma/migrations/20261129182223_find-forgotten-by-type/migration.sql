-- CreateIndex
CREATE INDEX "forgotten_fact_topic_type_closed_at_idx" ON "forgotten_fact"("topic", "type", "closed_at");
