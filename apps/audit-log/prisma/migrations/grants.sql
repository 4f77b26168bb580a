-- Evidence can be added and read, never changed or taken away; only the position of the reading moves.
GRANT USAGE ON SCHEMA public TO :role;
GRANT SELECT, INSERT ON entry, sequenced_batch, ingested_id, reused_id, tile, checkpoint, declared_log, log_break,
  named_reading TO :role;
GRANT SELECT ON trace_day TO :role;
GRANT EXECUTE ON FUNCTION open_day TO :role;
-- A database stays what it was first: of a rehearsal, or of production.
GRANT SELECT, INSERT ON installation_mode TO :role;
GRANT SELECT, INSERT, UPDATE ON ingest_position, partition_break TO :role;
-- What is no evidence: facts on their way out, requests for exports, and the house-keeping of both.
GRANT SELECT, INSERT, UPDATE, DELETE ON trace_export, approval, keyed_request, outbox, inbox, inbox_sweep, dead_letter, epoch,
  epoch_seen, reading_position, position_mark, relay_lease, relay_tail, republication, forgotten_fact TO :role;
GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO :role;
