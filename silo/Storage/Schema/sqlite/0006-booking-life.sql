-- The whole life of a booking. `data` is the booking as JSON; a row from before has none and is read from its columns.
ALTER TABLE bookings ADD COLUMN data TEXT;
ALTER TABLE bookings ADD COLUMN live INTEGER NOT NULL DEFAULT 0;
ALTER TABLE bookings ADD COLUMN due_at INTEGER;
ALTER TABLE bookings ADD COLUMN series_id TEXT;
UPDATE bookings SET live = 1 WHERE state IN ('Held', 'Confirmed');

-- Boards ask by the end: what ended before the window is never touched, however long the history.
DROP INDEX bookings_tool_live;
DROP INDEX bookings_live;
CREATE INDEX bookings_tool_live ON bookings (tool_id, end_at, start_at) WHERE live;
CREATE INDEX bookings_live ON bookings (end_at, start_at) WHERE live;
CREATE INDEX bookings_due ON bookings (due_at) WHERE due_at IS NOT NULL;
CREATE INDEX bookings_series ON bookings (series_id, start_at) WHERE series_id IS NOT NULL;

-- The other tools of a bundle.
CREATE TABLE booking_tools (
    tool_id TEXT NOT NULL,
    booking_id TEXT NOT NULL,
    PRIMARY KEY (tool_id, booking_id)
);

CREATE TABLE waits (
    id TEXT NOT NULL PRIMARY KEY,
    tool_id TEXT NOT NULL,
    member_id TEXT NOT NULL,
    start_at INTEGER NOT NULL,
    state TEXT NOT NULL,
    waiting_group TEXT NOT NULL,
    data TEXT NOT NULL
);

CREATE INDEX waits_member ON waits (member_id, start_at);
CREATE INDEX waits_open ON waits (waiting_group) WHERE state IN ('Waiting', 'Offered');

CREATE TABLE series (
    id TEXT NOT NULL PRIMARY KEY,
    member_id TEXT NOT NULL,
    unfinished_since INTEGER,
    data TEXT NOT NULL
);

CREATE INDEX series_unfinished ON series (unfinished_since) WHERE unfinished_since IS NOT NULL;

CREATE TABLE trainings (
    id TEXT NOT NULL PRIMARY KEY,
    certification_id TEXT NOT NULL,
    start_at INTEGER NOT NULL,
    seats_left INTEGER NOT NULL,
    data TEXT NOT NULL
);

CREATE INDEX trainings_next ON trainings (certification_id, start_at);
