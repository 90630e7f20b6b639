-- Mentors' own calendars elsewhere, from which their busy times are read: where (sealed), when next, and how it went.
CREATE TABLE mentor_calendars (
    member_id text NOT NULL PRIMARY KEY,
    address text NOT NULL,
    next_at bigint NOT NULL,
    read_at bigint NULL,
    failing_since bigint NULL,
    error text NULL
);
CREATE INDEX mentor_calendars_due ON mentor_calendars (next_at);
