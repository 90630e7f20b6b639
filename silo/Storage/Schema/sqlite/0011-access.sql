-- Devices at tools, doors and kiosks, and what ran on them: written by the projector from the journal only.
CREATE TABLE devices (
    id TEXT NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    kind TEXT NOT NULL,
    tool_id TEXT,
    area_id TEXT,
    data TEXT NOT NULL
);

CREATE TABLE device_uses (
    id TEXT NOT NULL PRIMARY KEY,
    device_id TEXT NOT NULL,
    tool_id TEXT,
    member_id TEXT,
    booking_id TEXT,
    started_at INTEGER NOT NULL,
    ended_at INTEGER,
    energy_wh INTEGER NOT NULL,
    run_seconds INTEGER NOT NULL,
    data TEXT NOT NULL
);

CREATE INDEX device_uses_device ON device_uses (device_id, started_at);
CREATE INDEX device_uses_tool ON device_uses (tool_id, started_at);

-- Badges and PINs, hashed; no event has them.
CREATE TABLE badges (
    id TEXT NOT NULL PRIMARY KEY,
    member_id TEXT NOT NULL,
    hash TEXT NOT NULL UNIQUE,
    label TEXT NOT NULL,
    made_at INTEGER NOT NULL,
    made_by TEXT NOT NULL,
    blocked_at INTEGER
);

CREATE INDEX badges_member ON badges (member_id);

CREATE TABLE pins (
    member_id TEXT NOT NULL PRIMARY KEY,
    number INTEGER NOT NULL,
    hash TEXT NOT NULL,
    failures INTEGER NOT NULL,
    locked_until INTEGER,
    made_at INTEGER NOT NULL
);

CREATE INDEX pins_number ON pins (number);
