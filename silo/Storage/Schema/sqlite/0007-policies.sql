-- What is set where, and what was set before; who pays; what tools depend on. Written by the projector from the journal only.
CREATE TABLE policy_versions (
    level TEXT NOT NULL,
    thing_id TEXT NOT NULL,
    seq INTEGER NOT NULL,
    at INTEGER NOT NULL,
    actor TEXT NOT NULL,
    data TEXT NOT NULL,
    PRIMARY KEY (level, thing_id, seq)
);

CREATE TABLE companies (
    id TEXT NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    data TEXT NOT NULL
);

CREATE TABLE resources (
    id TEXT NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    data TEXT NOT NULL
);

-- Versions from before this script are in the journal: it is read again from its beginning.
DELETE FROM projections;
