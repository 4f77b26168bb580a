-- The facts about a person or a communication are few among all entries: an index of their keys alone.
CREATE INDEX entry_subject ON entry (key, index)
  WHERE topic IN ('identity.holders.v1', 'mailbox.mailboxes.v1', 'notification.communications.v1');

-- Those of messages are most of the trace. A summary of each 256 KiB says which keys may be there, for which the ingest pays next to
-- nothing, and a message is looked for on a few days.
CREATE INDEX entry_message ON entry USING brin (key bytea_bloom_ops) WITH (pages_per_range = 32, autosummarize = on)
  WHERE topic = 'certified-mail.messages.v1';
