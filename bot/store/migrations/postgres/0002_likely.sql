-- since: 1
-- The upper end of the estimate that a card tells, in seconds since the job was sent, beside typical_seconds.

ALTER TABLE jobs ADD COLUMN likely_seconds DOUBLE PRECISION;
