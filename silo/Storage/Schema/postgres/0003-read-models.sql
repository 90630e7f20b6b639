-- Written by the projector from the journal only: emptied and filled again at will. Instants are Unix milliseconds.
CREATE TABLE projections (
    name text NOT NULL PRIMARY KEY,
    seq bigint NOT NULL
);

CREATE TABLE bookings (
    id uuid NOT NULL PRIMARY KEY,
    tool_id text NOT NULL,
    member_id text NOT NULL,
    company_id text,
    start_at bigint NOT NULL,
    end_at bigint NOT NULL,
    state text NOT NULL,
    purpose text,
    policy_version bigint NOT NULL,
    made_at bigint NOT NULL,
    made_by text NOT NULL,
    changed_at bigint NOT NULL,
    unsettled_since bigint
);

-- Boards ask by the end: what ended before the window is never touched, however long the history.
CREATE INDEX bookings_tool_live ON bookings (tool_id, end_at, start_at) WHERE state IN ('Held', 'Confirmed');
CREATE INDEX bookings_live ON bookings (end_at, start_at) WHERE state IN ('Held', 'Confirmed');
CREATE INDEX bookings_tool ON bookings (tool_id, start_at);
CREATE INDEX bookings_member ON bookings (member_id, start_at);
CREATE INDEX bookings_start ON bookings (start_at);
CREATE INDEX bookings_unsettled ON bookings (unsettled_since) WHERE unsettled_since IS NOT NULL;

CREATE TABLE tools (
    id text NOT NULL PRIMARY KEY,
    name text NOT NULL,
    category text,
    area_id text,
    visible boolean NOT NULL,
    out_of_service boolean NOT NULL,
    version bigint NOT NULL,
    data jsonb NOT NULL
);

CREATE TABLE members (
    id text NOT NULL PRIMARY KEY,
    name text NOT NULL,
    email text,
    company_id text,
    active boolean NOT NULL,
    version bigint NOT NULL,
    data jsonb NOT NULL
);

CREATE INDEX members_email ON members (email);

CREATE TABLE areas (
    id text NOT NULL PRIMARY KEY,
    name text NOT NULL,
    inside text,
    data jsonb NOT NULL
);
