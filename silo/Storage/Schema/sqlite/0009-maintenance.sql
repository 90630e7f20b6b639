-- Problems, work orders, meters and plans. Written by the projector from the journal only, but for the photos.
CREATE TABLE problems (
    id TEXT NOT NULL PRIMARY KEY,
    tool_id TEXT NOT NULL,
    state TEXT NOT NULL,
    at INTEGER NOT NULL,
    reported_by TEXT NOT NULL,
    data TEXT NOT NULL
);

CREATE INDEX problems_state ON problems (state, at);
CREATE INDEX problems_tool ON problems (tool_id, at);
CREATE INDEX problems_reporter ON problems (reported_by, at);

CREATE TABLE problem_photos (
    id TEXT NOT NULL PRIMARY KEY,
    content_type TEXT NOT NULL,
    content BLOB NOT NULL
);

CREATE TABLE work_orders (
    id TEXT NOT NULL PRIMARY KEY,
    target TEXT NOT NULL,
    target_id TEXT NOT NULL,
    state TEXT NOT NULL,
    at INTEGER NOT NULL,
    closed_at INTEGER,
    cost INTEGER NOT NULL,
    assignee_id TEXT,
    data TEXT NOT NULL
);

CREATE INDEX work_orders_state ON work_orders (state, at);
CREATE INDEX work_orders_target ON work_orders (target, target_id, at);

CREATE TABLE upkeep (
    id TEXT NOT NULL PRIMARY KEY,
    look_at INTEGER,
    data TEXT NOT NULL
);
