-- An operator may hold what goes to another provider.
ALTER TABLE "emission" DROP CONSTRAINT "emission_state";
ALTER TABLE "emission" ADD CONSTRAINT "emission_state" CHECK ("state" IN ('due', 'held', 'carried', 'returned'));

-- What the queue shows: all that has not come to its end.
CREATE INDEX "emission_undone_idx" ON "emission"("id") WHERE "state" IN ('due', 'held');
