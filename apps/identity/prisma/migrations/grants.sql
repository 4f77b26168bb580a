-- Evidence is added and read: neither who recognised a holder nor what a holder accepted is ever rewritten.
GRANT USAGE ON SCHEMA public TO :role;
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO :role;
GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO :role;
REVOKE UPDATE, DELETE ON TABLE recognition, terms_acceptance FROM :role;
-- A database stays what it was first: of a rehearsal, or of production.
REVOKE UPDATE, DELETE ON TABLE installation_mode FROM :role;
REVOKE ALL ON TABLE _prisma_migrations FROM :role;
