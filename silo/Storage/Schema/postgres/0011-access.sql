-- Devices at tools, doors and kiosks, and what ran on them: written by the projector from the journal only.
CREATE TABLE devices (
    id text NOT NULL PRIMARY KEY,
    name text NOT NULL,
    kind text NOT NULL,
    tool_id text,
    area_id text,
    data jsonb NOT NULL
);

CREATE TABLE device_uses (
    id uuid NOT NULL PRIMARY KEY,
    device_id text NOT NULL,
    tool_id text,
    member_id text,
    booking_id uuid,
    started_at bigint NOT NULL,
    ended_at bigint,
    energy_wh bigint NOT NULL,
    run_seconds bigint NOT NULL,
    data jsonb NOT NULL
);

CREATE INDEX device_uses_device ON device_uses (device_id, started_at);
CREATE INDEX device_uses_tool ON device_uses (tool_id, started_at);

-- Badges and PINs, hashed; no event has them.
CREATE TABLE badges (
    id uuid NOT NULL PRIMARY KEY,
    member_id text NOT NULL,
    hash text NOT NULL UNIQUE,
    label text NOT NULL,
    made_at bigint NOT NULL,
    made_by text NOT NULL,
    blocked_at bigint
);

CREATE INDEX badges_member ON badges (member_id);

CREATE TABLE pins (
    member_id text NOT NULL PRIMARY KEY,
    number integer NOT NULL,
    hash text NOT NULL,
    failures integer NOT NULL,
    locked_until bigint,
    made_at bigint NOT NULL
);

CREATE INDEX pins_number ON pins (number);
