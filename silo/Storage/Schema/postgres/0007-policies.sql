-- What is set where, and what was set before; who pays; what tools depend on. Written by the projector from the journal only.
CREATE TABLE policy_versions (
    level text NOT NULL,
    thing_id text NOT NULL,
    seq bigint NOT NULL,
    at bigint NOT NULL,
    actor text NOT NULL,
    data jsonb NOT NULL,
    PRIMARY KEY (level, thing_id, seq)
);

CREATE TABLE companies (
    id text NOT NULL PRIMARY KEY,
    name text NOT NULL,
    data jsonb NOT NULL
);

CREATE TABLE resources (
    id text NOT NULL PRIMARY KEY,
    name text NOT NULL,
    data jsonb NOT NULL
);

-- Versions from before this script are in the journal: it is read again from its beginning.
DELETE FROM projections;
