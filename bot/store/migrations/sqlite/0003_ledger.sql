-- Every credit and every dollar accounted for, and what the people who run a place have decided.
-- A ledger is only ever added to; how an account stands is kept beside it by a trigger, and nothing else may write there.
-- 0 stands for no server (direct messages, the whole bot) and for nobody in particular.

ALTER TABLE jobs ADD COLUMN estimated INTEGER
    CONSTRAINT estimated_is_no_debt CHECK (estimated IS NULL OR estimated >= 0);
ALTER TABLE jobs ADD COLUMN reported INTEGER
    CONSTRAINT reported_is_no_debt CHECK (reported IS NULL OR reported >= 0);
-- What it has cost as far as is known, in millionths of a dollar. Of a job whose fate is not known, that failed at
-- RunComfy, or that was settled without its cost, the estimate counts: it may have been charged for.
ALTER TABLE jobs ADD COLUMN spent INTEGER GENERATED ALWAYS AS (
    CASE
        WHEN hold = 'reserved' THEN 0
        WHEN reported IS NOT NULL THEN reported
        WHEN state = 'delivered' OR state = 'unknown' THEN coalesce(estimated, 0)
        WHEN state = 'failed' AND (request_id IS NOT NULL OR json_extract(reason, '$.problem') = 'settled')
            THEN coalesce(estimated, 0)
        ELSE 0
    END
) VIRTUAL;
-- Credits of the cost that come out of grants.
ALTER TABLE jobs ADD COLUMN beyond INTEGER NOT NULL DEFAULT 0
    CONSTRAINT beyond_is_a_part CHECK (beyond BETWEEN 0 AND cost);
-- The periods that it counts in, as they were where and when it was accepted: of its server, and of the whole bot.
ALTER TABLE jobs ADD COLUMN day TEXT NOT NULL DEFAULT '';
ALTER TABLE jobs ADD COLUMN month TEXT NOT NULL DEFAULT '';
ALTER TABLE jobs ADD COLUMN bot_day TEXT NOT NULL DEFAULT '';
ALTER TABLE jobs ADD COLUMN bot_month TEXT NOT NULL DEFAULT '';

-- Until now everything renewed by UTC. A turn is in thousandths from now on, so that weights have room.
UPDATE jobs SET
    turn = turn * 1000,
    day = strftime('%Y-%m-%d', accepted_at / 1000000, 'unixepoch'),
    month = strftime('%Y-%m', accepted_at / 1000000, 'unixepoch'),
    bot_day = strftime('%Y-%m-%d', accepted_at / 1000000, 'unixepoch'),
    bot_month = strftime('%Y-%m', accepted_at / 1000000, 'unixepoch');

CREATE INDEX jobs_place ON jobs (guild_id, accepted_at);
CREATE INDEX jobs_accepted ON jobs (accepted_at);

CREATE TABLE ledger (
    number INTEGER NOT NULL PRIMARY KEY,
    at INTEGER NOT NULL,
    movement TEXT NOT NULL CONSTRAINT movement_is_known CHECK (
        movement = 'reserved' OR movement = 'charged' OR movement = 'given back'
        OR movement = 'granted' OR movement = 'expired' OR movement = 'adjusted'
    ),
    -- Whose account: a member's in a server, a server's, the whole bot's, or a single grant.
    holder TEXT NOT NULL CONSTRAINT holder_is_known CHECK (
        holder = 'member' OR holder = 'server' OR holder = 'bot' OR holder = 'grant'
    ),
    guild_id INTEGER NOT NULL,
    user_id INTEGER NOT NULL,
    grant_id INTEGER NOT NULL DEFAULT 0,
    -- Empty where it does not count in one.
    day TEXT NOT NULL DEFAULT '',
    month TEXT NOT NULL DEFAULT '',
    given INTEGER NOT NULL DEFAULT 0,
    reserved INTEGER NOT NULL DEFAULT 0,
    used INTEGER NOT NULL DEFAULT 0,
    reserved_microusd INTEGER NOT NULL DEFAULT 0,
    used_microusd INTEGER NOT NULL DEFAULT 0,
    job_id TEXT,
    actor_id INTEGER,
    why TEXT NOT NULL,
    CONSTRAINT grant_has_a_number CHECK ((holder = 'grant') = (grant_id <> 0)),
    CONSTRAINT counts_somewhere CHECK (day <> '' OR month <> '' OR grant_id <> 0),
    CONSTRAINT reserves_with_all_it_has CHECK (
        movement <> 'reserved' OR (given = 0 AND used = 0 AND (grant_id <> 0 OR (day <> '' AND month <> '')))
    ),
    CONSTRAINT grants_nothing_else CHECK (
        movement <> 'granted' OR (grant_id <> 0 AND given > 0 AND reserved = 0 AND used = 0)
    )
) STRICT;

-- Only what a member may ask for: nobody reads the lines of a server or of the whole bot one by one.
CREATE INDEX ledger_member ON ledger (guild_id, user_id, number) WHERE user_id <> 0;

CREATE TABLE balances (
    holder TEXT NOT NULL,
    guild_id INTEGER NOT NULL,
    user_id INTEGER NOT NULL,
    -- `2026-11-21`, `2026-11`, or `grant 12`.
    period TEXT NOT NULL,
    given INTEGER NOT NULL DEFAULT 0,
    reserved INTEGER NOT NULL DEFAULT 0 CONSTRAINT reserved_is_no_debt CHECK (reserved >= 0),
    used INTEGER NOT NULL DEFAULT 0 CONSTRAINT used_is_no_debt CHECK (used >= 0),
    reserved_microusd INTEGER NOT NULL DEFAULT 0
        CONSTRAINT reserved_money_is_no_debt CHECK (reserved_microusd >= 0),
    used_microusd INTEGER NOT NULL DEFAULT 0,
    CONSTRAINT no_more_taken_than_given CHECK (holder <> 'grant' OR given >= reserved + used),
    PRIMARY KEY (holder, guild_id, user_id, period)
) STRICT, WITHOUT ROWID;

-- Acceptances and grants open an account; all else finds it open. (A new row is checked before it is merged.)
CREATE TRIGGER ledger_reserves AFTER INSERT ON ledger WHEN new.movement = 'reserved' AND new.holder <> 'grant' BEGIN
    INSERT INTO balances (holder, guild_id, user_id, period, reserved, reserved_microusd, used_microusd)
    VALUES (
        new.holder, new.guild_id, new.user_id, new.day,
        new.reserved, new.reserved_microusd, new.used_microusd
    )
    ON CONFLICT DO UPDATE SET
        reserved = reserved + excluded.reserved,
        reserved_microusd = reserved_microusd + excluded.reserved_microusd,
        used_microusd = used_microusd + excluded.used_microusd;
    INSERT INTO balances (holder, guild_id, user_id, period, reserved, reserved_microusd, used_microusd)
    VALUES (
        new.holder, new.guild_id, new.user_id, new.month,
        new.reserved, new.reserved_microusd, new.used_microusd
    )
    ON CONFLICT DO UPDATE SET
        reserved = reserved + excluded.reserved,
        reserved_microusd = reserved_microusd + excluded.reserved_microusd,
        used_microusd = used_microusd + excluded.used_microusd;
END;

CREATE TRIGGER ledger_grants AFTER INSERT ON ledger WHEN new.movement = 'granted' BEGIN
    INSERT INTO balances (holder, guild_id, user_id, period, given)
    VALUES (new.holder, new.guild_id, new.user_id, 'grant ' || new.grant_id, new.given);
END;

CREATE TRIGGER ledger_moves AFTER INSERT ON ledger
WHEN new.movement <> 'granted' AND (new.movement <> 'reserved' OR new.holder = 'grant') BEGIN
    UPDATE balances SET
        given = given + new.given, reserved = reserved + new.reserved, used = used + new.used,
        reserved_microusd = reserved_microusd + new.reserved_microusd,
        used_microusd = used_microusd + new.used_microusd
    WHERE holder = new.holder AND guild_id = new.guild_id AND user_id = new.user_id
        AND (period = new.day OR period = new.month OR period = 'grant ' || new.grant_id);
END;

CREATE TRIGGER ledger_is_never_edited BEFORE UPDATE ON ledger BEGIN
    SELECT raise(ABORT, 'the ledger is only ever added to');
END;
CREATE TRIGGER ledger_is_never_shortened BEFORE DELETE ON ledger BEGIN
    SELECT raise(ABORT, 'the ledger is only ever added to');
END;

CREATE TABLE grants (
    id INTEGER NOT NULL PRIMARY KEY,
    guild_id INTEGER NOT NULL,
    user_id INTEGER NOT NULL,
    good_until INTEGER NOT NULL,
    -- Its rest has been entered as expired: nothing more is taken from it.
    over INTEGER NOT NULL DEFAULT 0 CONSTRAINT over_is_yes_or_no CHECK (over = 0 OR over = 1)
) STRICT;

CREATE INDEX grants_open ON grants (guild_id, user_id, good_until) WHERE over = 0;
CREATE INDEX grants_ending ON grants (good_until) WHERE over = 0;

-- Which grants a job takes from.
CREATE TABLE takings (
    job_id TEXT NOT NULL,
    grant_id INTEGER NOT NULL,
    credits INTEGER NOT NULL CONSTRAINT taking_is_positive CHECK (credits >= 1),
    PRIMARY KEY (job_id, grant_id)
) STRICT, WITHOUT ROWID;

-- The accounts that a job concerns, with its credits in each, and the dollars that it has cost as far as is known.
CREATE VIEW job_accounts AS
SELECT id AS job_id, 'member' AS holder, coalesce(guild_id, 0) AS guild_id, owner_id AS user_id, 0 AS grant_id,
    day, month, cost - beyond AS credits, coalesce(estimated, 0) AS microusd, spent AS spent_microusd FROM jobs
UNION ALL
SELECT id, 'server', guild_id, 0, 0, day, month, cost, coalesce(estimated, 0), spent FROM jobs
WHERE guild_id IS NOT NULL
UNION ALL
SELECT id, 'bot', 0, 0, 0, bot_day, bot_month, cost, coalesce(estimated, 0), spent FROM jobs
UNION ALL
SELECT job_id, 'grant', grants.guild_id, grants.user_id, grant_id, '', '', credits, 0, 0
FROM takings JOIN grants ON grants.id = takings.grant_id;

-- Settling cannot be forgotten, whoever changes the row.
CREATE TRIGGER jobs_reserve AFTER INSERT ON jobs BEGIN
    SELECT raise(ABORT, 'a job begins with its reservation') WHERE new.hold <> 'reserved';
    INSERT INTO ledger (
        at, movement, holder, guild_id, user_id, grant_id, day, month, reserved, reserved_microusd, job_id, actor_id, why
    )
    SELECT new.accepted_at, 'reserved', holder, guild_id, user_id, grant_id, day, month, credits, microusd,
        new.id, new.owner_id, 'accepted'
    FROM job_accounts WHERE job_id = new.id;
END;

CREATE TRIGGER jobs_settle AFTER UPDATE OF hold ON jobs WHEN old.hold = 'reserved' AND new.hold <> 'reserved' BEGIN
    INSERT INTO ledger (
        at, movement, holder, guild_id, user_id, grant_id, day, month,
        reserved, used, reserved_microusd, used_microusd, job_id, why
    )
    SELECT new.ended_at, iif(new.hold = 'charged', 'charged', 'given back'), holder, guild_id, user_id, grant_id, day, month,
        -credits, iif(new.hold = 'charged', credits, 0), -microusd, spent_microusd, new.id, new.state
    FROM job_accounts WHERE job_id = new.id;
END;

-- A late answer to the paid call: what was given back is reserved again, and the grants may be spent by now.
CREATE TRIGGER jobs_revive AFTER UPDATE OF hold ON jobs WHEN old.hold <> 'reserved' AND new.hold = 'reserved' BEGIN
    DELETE FROM takings WHERE job_id = new.id;
    UPDATE jobs SET beyond = 0 WHERE id = new.id;
    INSERT INTO ledger (
        at, movement, holder, guild_id, user_id, grant_id, day, month,
        reserved, reserved_microusd, used_microusd, job_id, why
    )
    SELECT new.submitted_at, 'reserved', holder, guild_id, user_id, grant_id, day, month,
        credits, microusd, -old.spent, new.id, 'late answer'
    FROM job_accounts WHERE job_id = new.id;
END;

-- What a job has really cost, where that becomes known after its end.
CREATE TRIGGER jobs_reprice AFTER UPDATE OF state, reported, reason ON jobs
WHEN old.hold <> 'reserved' AND new.hold = old.hold AND new.spent <> old.spent BEGIN
    INSERT INTO ledger (at, movement, holder, guild_id, user_id, day, month, used_microusd, job_id, why)
    SELECT new.ended_at, 'adjusted', holder, guild_id, user_id, day, month, new.spent - old.spent, new.id, 'cost known'
    FROM job_accounts WHERE job_id = new.id AND holder <> 'grant';
END;

CREATE TRIGGER jobs_keep_their_terms
BEFORE UPDATE OF id, owner_id, guild_id, cost, estimated, day, month, bot_day, bot_month ON jobs BEGIN
    SELECT raise(ABORT, 'what a job was accepted on is never changed');
END;
CREATE TRIGGER jobs_settle_before_they_go BEFORE DELETE ON jobs WHEN old.hold = 'reserved' BEGIN
    SELECT raise(ABORT, 'a job with a reservation cannot be deleted');
END;

-- What the jobs of before imply, in the order in which it would have been entered.
INSERT INTO ledger (
    at, movement, holder, guild_id, user_id, day, month, reserved, reserved_microusd, job_id, actor_id, why
)
SELECT accepted_at, 'reserved', holder, job_accounts.guild_id, user_id, job_accounts.day, job_accounts.month,
    credits, microusd, job_id, owner_id, 'accepted'
FROM job_accounts JOIN jobs ON jobs.id = job_id ORDER BY accepted_at, job_id;

INSERT INTO ledger (
    at, movement, holder, guild_id, user_id, day, month, reserved, used, reserved_microusd, used_microusd, job_id, why
)
SELECT ended_at, iif(hold = 'charged', 'charged', 'given back'), holder, job_accounts.guild_id, user_id,
    job_accounts.day, job_accounts.month, -credits, iif(hold = 'charged', credits, 0), -microusd, spent_microusd,
    job_id, state
FROM job_accounts JOIN jobs ON jobs.id = job_id WHERE hold <> 'reserved' ORDER BY ended_at, job_id;

-- What was decided about a server, and at 0 about the whole bot.
CREATE TABLE places (
    guild_id INTEGER NOT NULL PRIMARY KEY,
    policy TEXT NOT NULL DEFAULT '{}' CONSTRAINT policy_is_an_object CHECK (json_type(policy) = 'object'),
    daily INTEGER CONSTRAINT daily_is_no_debt CHECK (daily IS NULL OR daily >= 0),
    monthly INTEGER CONSTRAINT monthly_is_no_debt CHECK (monthly IS NULL OR monthly >= 0),
    is_bound INTEGER NOT NULL DEFAULT 0 CONSTRAINT is_bound_is_yes_or_no CHECK (is_bound = 0 OR is_bound = 1)
) STRICT;

-- What the layers say; 0 is everybody in the server.
CREATE TABLE figures (
    guild_id INTEGER NOT NULL,
    layer TEXT NOT NULL CONSTRAINT layer_is_known CHECK (layer = 'server' OR layer = 'role' OR layer = 'member'),
    subject_id INTEGER NOT NULL,
    daily INTEGER CONSTRAINT daily_is_no_debt CHECK (daily IS NULL OR daily >= 0),
    monthly INTEGER CONSTRAINT monthly_is_no_debt CHECK (monthly IS NULL OR monthly >= 0),
    active INTEGER CONSTRAINT active_is_no_debt CHECK (active IS NULL OR active >= 0),
    PRIMARY KEY (guild_id, layer, subject_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE blocks (
    guild_id INTEGER NOT NULL,
    user_id INTEGER NOT NULL,
    why TEXT NOT NULL,
    PRIMARY KEY (user_id, guild_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE deeds (
    number INTEGER NOT NULL PRIMARY KEY,
    at INTEGER NOT NULL,
    actor_id INTEGER NOT NULL,
    act TEXT NOT NULL,
    guild_id INTEGER NOT NULL,
    user_id INTEGER,
    job_id TEXT,
    why TEXT NOT NULL,
    details TEXT NOT NULL CONSTRAINT details_are_an_object CHECK (json_type(details) = 'object')
) STRICT;

CREATE INDEX deeds_place ON deeds (guild_id, number);

CREATE TRIGGER deeds_are_never_edited BEFORE UPDATE ON deeds BEGIN
    SELECT raise(ABORT, 'the record of acts is only ever added to');
END;
CREATE TRIGGER deeds_are_never_forgotten BEFORE DELETE ON deeds BEGIN
    SELECT raise(ABORT, 'the record of acts is only ever added to');
END;
