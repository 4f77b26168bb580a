-- What the trace is made of. A partition holds one day of Rome, which stands in every row because it is part of the
-- leaf. Columns from `salt` on are the evidence, byte for byte, while `event_at` and `ingested_at` only help to find it.
CREATE TABLE entry (
    day         DATE NOT NULL,
    index       BIGINT NOT NULL,
    salt        BYTEA NOT NULL,
    topic       TEXT NOT NULL,
    generation  INTEGER NOT NULL,
    "partition" INTEGER NOT NULL,
    "offset"    BIGINT NOT NULL,
    key         BYTEA,
    headers     BYTEA NOT NULL,
    value       BYTEA,
    event_at    TIMESTAMPTZ(3),
    ingested_at TIMESTAMPTZ(3) NOT NULL,
    PRIMARY KEY (day, index)
) PARTITION BY RANGE (day);

-- Most values are short JSON that fits its row, and compressing them would cost the ingest more than it saves.
ALTER TABLE entry ALTER COLUMN value SET STORAGE EXTERNAL;

-- The writer owns no table and so cannot make one: it asks for the day that it is about to write, and gets that only,
-- later than every day before it and beginning where the entries end. (Migrations are sent statement by statement, cut
-- at every semicolon there is: those of the body are written \x3b.)
CREATE FUNCTION open_day(opened DATE, first BIGINT) RETURNS VOID
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS E'
BEGIN
    IF EXISTS (SELECT FROM public.trace_day WHERE day >= opened)
       OR first <> (SELECT coalesce(max(first_index + size), 0) FROM public.sequenced_batch) THEN
        RAISE EXCEPTION ''the day % cannot begin at entry %'', opened, first\x3b
    END IF\x3b
    EXECUTE format(''CREATE TABLE public.%I PARTITION OF public.entry FOR VALUES FROM (%L) TO (%L)'',
                   ''entry_'' || to_char(opened, ''YYYY_MM_DD''), opened, opened + 1)\x3b
    INSERT INTO public.trace_day (day, first_index) VALUES (opened, first)\x3b
END';
REVOKE ALL ON FUNCTION open_day FROM PUBLIC;
