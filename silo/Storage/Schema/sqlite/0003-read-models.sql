-- Written by the projector from the journal only: emptied and filled again at will. Instants are Unix milliseconds.
CREATE TABLE projections (
    name TEXT NOT NULL PRIMARY KEY,
    seq INTEGER NOT NULL
);

CREATE TABLE bookings (
    id TEXT NOT NULL PRIMARY KEY,
    tool_id TEXT NOT NULL,
    member_id TEXT NOT NULL,
    company_id TEXT,
    start_at INTEGER NOT NULL,
    end_at INTEGER NOT NULL,
    state TEXT NOT NULL,
    purpose TEXT,
    policy_version INTEGER NOT NULL,
    made_at INTEGER NOT NULL,
    made_by TEXT NOT NULL,
    changed_at INTEGER NOT NULL,
    unsettled_since INTEGER
);

-- Boards ask by the end: what ended before the window is never touched, however long the history.
CREATE INDEX bookings_tool_live ON bookings (tool_id, end_at, start_at) WHERE state IN ('Held', 'Confirmed');
CREATE INDEX bookings_live ON bookings (end_at, start_at) WHERE state IN ('Held', 'Confirmed');
CREATE INDEX bookings_tool ON bookings (tool_id, start_at);
CREATE INDEX bookings_member ON bookings (member_id, start_at);
CREATE INDEX bookings_start ON bookings (start_at);
CREATE INDEX bookings_unsettled ON bookings (unsettled_since) WHERE unsettled_since IS NOT NULL;

CREATE TABLE tools (
    id TEXT NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    category TEXT,
    area_id TEXT,
    visible INTEGER NOT NULL,
    out_of_service INTEGER NOT NULL,
    version INTEGER NOT NULL,
    data TEXT NOT NULL
);

CREATE TABLE members (
    id TEXT NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    email TEXT,
    company_id TEXT,
    active INTEGER NOT NULL,
    version INTEGER NOT NULL,
    data TEXT NOT NULL
);

CREATE INDEX members_email ON members (email);

CREATE TABLE areas (
    id TEXT NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    inside TEXT,
    data TEXT NOT NULL
);
