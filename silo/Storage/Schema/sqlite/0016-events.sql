-- Sessions with seats, workshops and events: written by the projector from the journal only.
CREATE TABLE events (
    id TEXT NOT NULL PRIMARY KEY,
    host_id TEXT NOT NULL,
    office_hours_id TEXT,
    start_at INTEGER NOT NULL,
    public INTEGER NOT NULL,
    shown INTEGER NOT NULL,
    due_at INTEGER,
    data TEXT NOT NULL
);

CREATE INDEX events_start ON events (start_at) WHERE shown;
CREATE INDEX events_due ON events (due_at) WHERE due_at IS NOT NULL;
CREATE INDEX events_office_hours ON events (office_hours_id, start_at) WHERE office_hours_id IS NOT NULL;

-- Who guests are: not of the journal, and deleted when nobody needs it any more.
CREATE TABLE event_guests (
    id TEXT NOT NULL PRIMARY KEY,
    event_id TEXT NOT NULL,
    name TEXT NOT NULL,
    email TEXT NOT NULL,
    asked_at INTEGER NOT NULL,
    confirmed INTEGER NOT NULL
);

CREATE INDEX event_guests_event ON event_guests (event_id);

CREATE TABLE office_hours (
    id TEXT NOT NULL PRIMARY KEY,
    host_id TEXT NOT NULL,
    due_at INTEGER,
    data TEXT NOT NULL
);
