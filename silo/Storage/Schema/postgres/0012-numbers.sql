-- What reports are summed from: of each tool and of each company, one row a local day, kept up by the projector as bookings change.
-- A report over a million bookings reads some ten thousand rows. Times in milliseconds; h0 … h23 are the hours of the local day, taken is their sum.
CREATE TABLE use_days (
    kind text NOT NULL,
    day bigint NOT NULL,
    thing_id text NOT NULL,
    bookings bigint NOT NULL,
    no_shows bigint NOT NULL,
    late_cancelled bigint NOT NULL,
    cancelled bigint NOT NULL,
    displaced bigint NOT NULL,
    missed bigint NOT NULL,
    taken bigint NOT NULL,
    h0 bigint NOT NULL, h1 bigint NOT NULL, h2 bigint NOT NULL, h3 bigint NOT NULL, h4 bigint NOT NULL, h5 bigint NOT NULL,
    h6 bigint NOT NULL, h7 bigint NOT NULL, h8 bigint NOT NULL, h9 bigint NOT NULL, h10 bigint NOT NULL, h11 bigint NOT NULL,
    h12 bigint NOT NULL, h13 bigint NOT NULL, h14 bigint NOT NULL, h15 bigint NOT NULL, h16 bigint NOT NULL, h17 bigint NOT NULL,
    h18 bigint NOT NULL, h19 bigint NOT NULL, h20 bigint NOT NULL, h21 bigint NOT NULL, h22 bigint NOT NULL, h23 bigint NOT NULL,
    PRIMARY KEY (kind, day, thing_id)
);

-- The zone whose days those are. No row: they are counted from the bookings when the projector next runs.
CREATE TABLE use_zone (
    id bigint NOT NULL PRIMARY KEY,
    time_zone text NOT NULL
);

-- What each tool earned, by account of the books and day of UTC: a sum over years reads days, and only of its first and last day the lines. No tool: ''.
CREATE TABLE ledger_days (
    account text NOT NULL,
    day bigint NOT NULL,
    unit text NOT NULL,
    tool_id text NOT NULL,
    amount bigint NOT NULL,
    PRIMARY KEY (account, day, unit, tool_id)
);

-- An entry is counted when it is new: those that stand already are counted here.
INSERT INTO ledger_days (account, day, unit, tool_id, amount)
SELECT account, at / 86400000, unit, COALESCE(tool_id, ''), CAST(SUM(amount) AS bigint) FROM ledger_lines WHERE account LIKE 'revenue:%' GROUP BY account, at / 86400000, unit, COALESCE(tool_id, '');

-- When tools, areas and resources could not be used: out of service, or planned.
CREATE TABLE unusable_times (
    thing text NOT NULL,
    id text NOT NULL,
    kind text NOT NULL,
    title text,
    start_at bigint NOT NULL,
    end_at bigint,
    PRIMARY KEY (thing, id)
);

CREATE INDEX unusable_times_start ON unusable_times (start_at);

-- Certifications granted and taken away, by their place in the journal.
CREATE TABLE grants (
    seq bigint NOT NULL PRIMARY KEY,
    at bigint NOT NULL,
    member_id text NOT NULL,
    certification_id text NOT NULL,
    actor text NOT NULL,
    revoked boolean NOT NULL
);

CREATE INDEX grants_at ON grants (at);

CREATE TABLE announcements (
    id uuid NOT NULL PRIMARY KEY,
    from_at bigint NOT NULL,
    until_at bigint,
    area_id text,
    data jsonb NOT NULL
);

CREATE INDEX announcements_from ON announcements (from_at);

-- Who nobody came of, without looking at every booking.
CREATE INDEX bookings_no_shows ON bookings (start_at) WHERE state = 'NoShow';

-- A page of the journal costs the same however long it is and whatever it is narrowed to.
CREATE INDEX journal_type ON journal (type, seq);
CREATE INDEX journal_actor ON journal (actor, seq);
CREATE INDEX journal_tool ON journal (tool_id, seq) WHERE tool_id IS NOT NULL;
CREATE INDEX journal_member ON journal (member_id, seq) WHERE member_id IS NOT NULL;

-- What was before this script is in the journal: the read models are made again from its beginning.
DELETE FROM projections WHERE name = 'read-models';
