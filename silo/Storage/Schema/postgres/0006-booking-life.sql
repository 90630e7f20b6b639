-- The whole life of a booking. `data` is the booking as JSON; a row from before has none and is read from its columns.
ALTER TABLE bookings ADD COLUMN data jsonb;
ALTER TABLE bookings ADD COLUMN live boolean NOT NULL DEFAULT false;
ALTER TABLE bookings ADD COLUMN due_at bigint;
ALTER TABLE bookings ADD COLUMN series_id uuid;
UPDATE bookings SET live = true WHERE state IN ('Held', 'Confirmed');

-- Boards ask by the end: what ended before the window is never touched, however long the history.
DROP INDEX bookings_tool_live;
DROP INDEX bookings_live;
CREATE INDEX bookings_tool_live ON bookings (tool_id, end_at, start_at) WHERE live;
CREATE INDEX bookings_live ON bookings (end_at, start_at) WHERE live;
CREATE INDEX bookings_due ON bookings (due_at) WHERE due_at IS NOT NULL;
CREATE INDEX bookings_series ON bookings (series_id, start_at) WHERE series_id IS NOT NULL;

-- The other tools of a bundle.
CREATE TABLE booking_tools (
    tool_id text NOT NULL,
    booking_id uuid NOT NULL,
    PRIMARY KEY (tool_id, booking_id)
);

CREATE TABLE waits (
    id uuid NOT NULL PRIMARY KEY,
    tool_id text NOT NULL,
    member_id text NOT NULL,
    start_at bigint NOT NULL,
    state text NOT NULL,
    waiting_group text NOT NULL,
    data jsonb NOT NULL
);

CREATE INDEX waits_member ON waits (member_id, start_at);
CREATE INDEX waits_open ON waits (waiting_group) WHERE state IN ('Waiting', 'Offered');

CREATE TABLE series (
    id uuid NOT NULL PRIMARY KEY,
    member_id text NOT NULL,
    unfinished_since bigint,
    data jsonb NOT NULL
);

CREATE INDEX series_unfinished ON series (unfinished_since) WHERE unfinished_since IS NOT NULL;

CREATE TABLE trainings (
    id uuid NOT NULL PRIMARY KEY,
    certification_id text NOT NULL,
    start_at bigint NOT NULL,
    seats_left bigint NOT NULL,
    data jsonb NOT NULL
);

CREATE INDEX trainings_next ON trainings (certification_id, start_at);
