-- Jobs with their line and their credits, and the small facts that the bot keeps for itself.
-- Times are microseconds since 1970 (UTC). The constraints repeat the law of bot/core/job.py; they say OR
-- instead of IN, for which SQLite would build a small table at every write (8 of 30 microseconds).

CREATE TABLE jobs (
    id TEXT NOT NULL PRIMARY KEY,
    interaction_id INTEGER NOT NULL UNIQUE,
    owner_id INTEGER NOT NULL,
    guild_id INTEGER,
    channel_id INTEGER NOT NULL,
    locale TEXT NOT NULL,
    request TEXT NOT NULL CONSTRAINT request_is_json CHECK (json_valid(request)),
    sources TEXT NOT NULL CONSTRAINT sources_are_a_list CHECK (json_type(sources) = 'array'),
    cost INTEGER NOT NULL CONSTRAINT cost_is_positive CHECK (cost >= 1),
    accepted_at INTEGER NOT NULL,
    token TEXT,
    token_good_until INTEGER,
    upload_limit INTEGER NOT NULL CONSTRAINT upload_limit_is_positive CHECK (upload_limit >= 1),

    state TEXT NOT NULL DEFAULT 'preparing' CONSTRAINT state_is_known CHECK (
        state = 'preparing' OR state = 'queued' OR state = 'submitting' OR state = 'running' OR state = 'ready'
        OR state = 'unknown' OR state = 'delivered' OR state = 'failed' OR state = 'cancelled'
    ),
    version INTEGER NOT NULL DEFAULT 0 CONSTRAINT version_counts CHECK (version >= 0),
    wish TEXT NOT NULL DEFAULT 'none' CONSTRAINT wish_is_known CHECK (wish IN ('none', 'wished', 'refused')),
    card_id INTEGER,
    shown INTEGER NOT NULL DEFAULT -1 CONSTRAINT shown_has_existed CHECK (shown BETWEEN -1 AND version),
    pictures TEXT NOT NULL DEFAULT '[]' CONSTRAINT pictures_are_a_list CHECK (json_type(pictures) = 'array'),
    prepared_at INTEGER,
    position INTEGER CONSTRAINT position_is_a_place CHECK (position >= 0),
    worker TEXT,
    claimed_at INTEGER,
    request_id TEXT,
    typical_seconds REAL,
    phase TEXT CONSTRAINT phase_is_known CHECK (phase IN ('in_queue', 'in_progress')),
    submitted_at INTEGER,
    overdue_at INTEGER,
    outputs TEXT NOT NULL DEFAULT '[]' CONSTRAINT outputs_are_a_list CHECK (json_type(outputs) = 'array'),
    finished_at INTEGER,
    posting_at INTEGER,
    result_id INTEGER,
    reason TEXT CONSTRAINT reason_is_json CHECK (reason IS NULL OR json_valid(reason)),
    ended_at INTEGER,
    told_at INTEGER,

    -- The place in the line: start-time fair queuing, see bot/store/line.py.
    turn INTEGER NOT NULL CONSTRAINT turn_counts CHECK (turn >= 0),

    -- What has become of the credits follows from the state, so that settling cannot be forgotten.
    hold TEXT NOT NULL DEFAULT 'reserved' CONSTRAINT hold_follows_the_state CHECK (
        hold = CASE state
            WHEN 'unknown' THEN 'returned'
            WHEN 'failed' THEN 'returned'
            WHEN 'cancelled' THEN 'returned'
            WHEN 'delivered' THEN 'charged'
            ELSE 'reserved'
        END
    ),
    -- What jobs must share to take about as long.
    command TEXT GENERATED ALWAYS AS (json_extract(request, '$.command')) VIRTUAL,
    resolution TEXT GENERATED ALWAYS AS (json_extract(request, '$.resolution')) VIRTUAL,
    duration INTEGER GENERATED ALWAYS AS (json_extract(request, '$.duration')) VIRTUAL,

    CONSTRAINT token_has_an_end CHECK ((token IS NULL) = (token_good_until IS NULL)),
    CONSTRAINT told_only_where_ended CHECK (told_at IS NULL OR hold <> 'reserved'),
    CONSTRAINT told_needs_no_token CHECK (told_at IS NULL OR token IS NULL),
    CONSTRAINT ended_says_when CHECK ((ended_at IS NOT NULL) = (hold <> 'reserved')),
    CONSTRAINT queued_is_prepared CHECK (
        prepared_at IS NOT NULL OR state = 'preparing' OR state = 'failed' OR state = 'cancelled'
    ),
    CONSTRAINT claim_has_a_worker CHECK ((worker IS NULL) = (claimed_at IS NULL)),
    CONSTRAINT claimed_before_paid CHECK (
        claimed_at IS NOT NULL
        OR state = 'preparing' OR state = 'queued' OR state = 'failed' OR state = 'cancelled'
    ),
    CONSTRAINT bought_has_a_name CHECK (
        request_id IS NOT NULL OR (state <> 'running' AND state <> 'ready' AND state <> 'delivered')
    ),
    CONSTRAINT not_bought_has_none CHECK (
        request_id IS NULL
        OR (state <> 'preparing' AND state <> 'queued' AND state <> 'submitting' AND state <> 'unknown')
    ),
    CONSTRAINT bought_says_when CHECK ((request_id IS NULL) = (submitted_at IS NULL)),
    CONSTRAINT running_has_a_phase CHECK (phase IS NOT NULL OR state <> 'running'),
    CONSTRAINT result_was_finished CHECK (
        finished_at IS NOT NULL OR (state <> 'ready' AND state <> 'delivered')
    ),
    CONSTRAINT delivered_is_posted CHECK ((result_id IS NOT NULL) = (state = 'delivered')),
    CONSTRAINT failure_has_a_reason CHECK (reason IS NOT NULL OR (state <> 'failed' AND state <> 'unknown'))
) STRICT;

-- Most are partial, so that accepting a job touches few of them.
CREATE UNIQUE INDEX jobs_request ON jobs (request_id) WHERE request_id IS NOT NULL;
CREATE INDEX jobs_state ON jobs (state, accepted_at, id);
CREATE INDEX jobs_account ON jobs (owner_id, hold, accepted_at, cost, turn);
CREATE INDEX jobs_line ON jobs (turn, accepted_at, id) WHERE state = 'queued' AND wish = 'none';
CREATE INDEX jobs_claimed ON jobs (turn) WHERE claimed_at IS NOT NULL;
CREATE INDEX jobs_untold ON jobs (accepted_at, id, state) WHERE ended_at IS NOT NULL AND told_at IS NULL;
CREATE INDEX jobs_typical ON jobs (command, resolution, duration, finished_at, submitted_at)
    WHERE finished_at IS NOT NULL;

CREATE TABLE facts (
    key TEXT NOT NULL PRIMARY KEY,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;
