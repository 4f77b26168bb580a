-- Recipients whom no provider manages: a host of their domain takes the envelope, or none does in time.
ALTER TABLE "recipient" DROP CONSTRAINT "recipient_state";
ALTER TABLE "recipient" ADD CONSTRAINT "recipient_state" CHECK ("state" IN ('dispatched', 'warned', 'taken-in-charge', 'delivered', 'not-delivered', 'timed-out', 'delivered-late', 'outgoing', 'handed-over'));
ALTER TABLE "recipient" DROP CONSTRAINT "recipient_deadline";
ALTER TABLE "recipient" ADD CONSTRAINT "recipient_deadline" CHECK (("deadline_at" IS NULL) = ("state" IN ('delivered', 'not-delivered', 'timed-out', 'delivered-late', 'handed-over')));
