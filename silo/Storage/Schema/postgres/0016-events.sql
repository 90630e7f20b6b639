-- Sessions with seats, workshops and events: written by the projector from the journal only.
CREATE TABLE events (
    id uuid NOT NULL PRIMARY KEY,
    host_id text NOT NULL,
    office_hours_id uuid,
    start_at bigint NOT NULL,
    public boolean NOT NULL,
    shown boolean NOT NULL,
    due_at bigint,
    data jsonb NOT NULL
);

CREATE INDEX events_start ON events (start_at) WHERE shown;
CREATE INDEX events_due ON events (due_at) WHERE due_at IS NOT NULL;
CREATE INDEX events_office_hours ON events (office_hours_id, start_at) WHERE office_hours_id IS NOT NULL;

-- Who guests are: not of the journal, and deleted when nobody needs it any more.
CREATE TABLE event_guests (
    id uuid NOT NULL PRIMARY KEY,
    event_id uuid NOT NULL,
    name text NOT NULL,
    email text NOT NULL,
    asked_at bigint NOT NULL,
    confirmed boolean NOT NULL
);

CREATE INDEX event_guests_event ON event_guests (event_id);

CREATE TABLE office_hours (
    id uuid NOT NULL PRIMARY KEY,
    host_id text NOT NULL,
    due_at bigint,
    data jsonb NOT NULL
);
