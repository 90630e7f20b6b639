-- Mentors' own calendars elsewhere, from which their busy times are read: where (sealed), when next, and how it went.
CREATE TABLE mentor_calendars (
    member_id TEXT NOT NULL PRIMARY KEY,
    address TEXT NOT NULL,
    next_at INTEGER NOT NULL,
    read_at INTEGER,
    failing_since INTEGER,
    error TEXT
);
CREATE INDEX mentor_calendars_due ON mentor_calendars (next_at);
