-- How one job leads to the next, what was done to its pictures, which way its result went; and forms half filled in.
-- A law about two columns stands at the later one: a table's own constraints cannot be added to. Rows from before
-- need no rewriting, because every default is what was true of them.

ALTER TABLE jobs ADD COLUMN descent TEXT
    CONSTRAINT descent_is_an_object CHECK (descent IS NULL OR json_type(descent) = 'object');
ALTER TABLE jobs ADD COLUMN parent_id TEXT
    GENERATED ALWAYS AS (json_extract(descent, '$.parent_id')) VIRTUAL
    CONSTRAINT descent_has_a_parent CHECK ((parent_id IS NULL) = (descent IS NULL));
ALTER TABLE jobs ADD COLUMN spoiler INTEGER NOT NULL DEFAULT 0
    CONSTRAINT spoiler_is_yes_or_no CHECK (spoiler = 0 OR spoiler = 1);

ALTER TABLE jobs ADD COLUMN asked_at INTEGER;
ALTER TABLE jobs ADD COLUMN framing TEXT
    CONSTRAINT framing_is_known CHECK (framing IS NULL OR framing = 'crop' OR framing = 'bars')
    CONSTRAINT framing_answers_a_question CHECK (framing IS NULL OR asked_at IS NOT NULL);
ALTER TABLE jobs ADD COLUMN mended TEXT NOT NULL DEFAULT '[]'
    CONSTRAINT mended_is_a_list CHECK (json_type(mended) = 'array');

ALTER TABLE jobs ADD COLUMN way TEXT NOT NULL DEFAULT 'whole'
    CONSTRAINT way_is_known CHECK (way = 'whole' OR way = 'fitted' OR way = 'linked')
    CONSTRAINT way_needs_a_result CHECK (way = 'whole' OR finished_at IS NOT NULL);
ALTER TABLE jobs ADD COLUMN room INTEGER
    CONSTRAINT room_is_positive CHECK (room IS NULL OR room >= 1)
    CONSTRAINT room_goes_with_its_way CHECK ((room IS NULL) = (way = 'whole'));
ALTER TABLE jobs ADD COLUMN size INTEGER
    CONSTRAINT size_is_positive CHECK (size IS NULL OR size >= 1)
    CONSTRAINT size_goes_with_its_way CHECK ((size IS NULL) = (way = 'whole'));
ALTER TABLE jobs ADD COLUMN deleted_at INTEGER
    CONSTRAINT deleted_only_where_delivered CHECK (deleted_at IS NULL OR state = 'delivered');

CREATE INDEX jobs_children ON jobs (parent_id, accepted_at) WHERE parent_id IS NOT NULL;

CREATE TABLE drafts (
    id TEXT NOT NULL PRIMARY KEY,
    owner_id INTEGER NOT NULL,
    made_at INTEGER NOT NULL,
    content TEXT NOT NULL CONSTRAINT content_is_an_object CHECK (json_type(content) = 'object')
) STRICT;

CREATE INDEX drafts_made ON drafts (made_at);
CREATE INDEX drafts_owner ON drafts (owner_id, made_at);
