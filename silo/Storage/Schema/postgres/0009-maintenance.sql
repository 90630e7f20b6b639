-- Problems, work orders, meters and plans. Written by the projector from the journal only, but for the photos.
CREATE TABLE problems (
    id uuid NOT NULL PRIMARY KEY,
    tool_id text NOT NULL,
    state text NOT NULL,
    at bigint NOT NULL,
    reported_by text NOT NULL,
    data jsonb NOT NULL
);

CREATE INDEX problems_state ON problems (state, at);
CREATE INDEX problems_tool ON problems (tool_id, at);
CREATE INDEX problems_reporter ON problems (reported_by, at);

CREATE TABLE problem_photos (
    id uuid NOT NULL PRIMARY KEY,
    content_type text NOT NULL,
    content bytea NOT NULL
);

CREATE TABLE work_orders (
    id uuid NOT NULL PRIMARY KEY,
    target text NOT NULL,
    target_id text NOT NULL,
    state text NOT NULL,
    at bigint NOT NULL,
    closed_at bigint,
    cost bigint NOT NULL,
    assignee_id text,
    data jsonb NOT NULL
);

CREATE INDEX work_orders_state ON work_orders (state, at);
CREATE INDEX work_orders_target ON work_orders (target, target_id, at);

CREATE TABLE upkeep (
    id text NOT NULL PRIMARY KEY,
    look_at bigint,
    data jsonb NOT NULL
);
