-- What reports are summed from: of each tool and of each company, one row a local day, kept up by the projector as bookings change.
-- A report over a million bookings reads some ten thousand rows. Times in milliseconds; h0 … h23 are the hours of the local day, taken is their sum.
CREATE TABLE use_days (
    kind TEXT NOT NULL,
    day INTEGER NOT NULL,
    thing_id TEXT NOT NULL,
    bookings INTEGER NOT NULL,
    no_shows INTEGER NOT NULL,
    late_cancelled INTEGER NOT NULL,
    cancelled INTEGER NOT NULL,
    displaced INTEGER NOT NULL,
    missed INTEGER NOT NULL,
    taken INTEGER NOT NULL,
    h0 INTEGER NOT NULL, h1 INTEGER NOT NULL, h2 INTEGER NOT NULL, h3 INTEGER NOT NULL, h4 INTEGER NOT NULL, h5 INTEGER NOT NULL,
    h6 INTEGER NOT NULL, h7 INTEGER NOT NULL, h8 INTEGER NOT NULL, h9 INTEGER NOT NULL, h10 INTEGER NOT NULL, h11 INTEGER NOT NULL,
    h12 INTEGER NOT NULL, h13 INTEGER NOT NULL, h14 INTEGER NOT NULL, h15 INTEGER NOT NULL, h16 INTEGER NOT NULL, h17 INTEGER NOT NULL,
    h18 INTEGER NOT NULL, h19 INTEGER NOT NULL, h20 INTEGER NOT NULL, h21 INTEGER NOT NULL, h22 INTEGER NOT NULL, h23 INTEGER NOT NULL,
    PRIMARY KEY (kind, day, thing_id)
) WITHOUT ROWID;

-- The zone whose days those are. No row: they are counted from the bookings when the projector next runs.
CREATE TABLE use_zone (
    id INTEGER NOT NULL PRIMARY KEY,
    time_zone TEXT NOT NULL
);

-- What each tool earned, by account of the books and day of UTC: a sum over years reads days, and only of its first and last day the lines. No tool: ''.
CREATE TABLE ledger_days (
    account TEXT NOT NULL,
    day INTEGER NOT NULL,
    unit TEXT NOT NULL,
    tool_id TEXT NOT NULL,
    amount INTEGER NOT NULL,
    PRIMARY KEY (account, day, unit, tool_id)
) WITHOUT ROWID;

-- An entry is counted when it is new: those that stand already are counted here.
INSERT INTO ledger_days (account, day, unit, tool_id, amount)
SELECT account, at / 86400000, unit, COALESCE(tool_id, ''), SUM(amount) FROM ledger_lines WHERE account LIKE 'revenue:%' GROUP BY account, at / 86400000, unit, COALESCE(tool_id, '');

-- When tools, areas and resources could not be used: out of service, or planned.
CREATE TABLE unusable_times (
    thing TEXT NOT NULL,
    id TEXT NOT NULL,
    kind TEXT NOT NULL,
    title TEXT,
    start_at INTEGER NOT NULL,
    end_at INTEGER,
    PRIMARY KEY (thing, id)
);

CREATE INDEX unusable_times_start ON unusable_times (start_at);

-- Certifications granted and taken away, by their place in the journal.
CREATE TABLE grants (
    seq INTEGER NOT NULL PRIMARY KEY,
    at INTEGER NOT NULL,
    member_id TEXT NOT NULL,
    certification_id TEXT NOT NULL,
    actor TEXT NOT NULL,
    revoked INTEGER NOT NULL
);

CREATE INDEX grants_at ON grants (at);

CREATE TABLE announcements (
    id TEXT NOT NULL PRIMARY KEY,
    from_at INTEGER NOT NULL,
    until_at INTEGER,
    area_id TEXT,
    data TEXT NOT NULL
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
