-- Certificates and logbooks of hours under supervision: written by the projector from the journal only.
CREATE TABLE certificates (
    id TEXT NOT NULL PRIMARY KEY,
    member_id TEXT NOT NULL,
    certification_id TEXT NOT NULL,
    from_at INTEGER NOT NULL,
    until_at INTEGER,
    ended_at INTEGER,
    data TEXT NOT NULL
);

CREATE INDEX certificates_member ON certificates (member_id, from_at);
-- What runs out is looked for by its end, what lapses by disuse by certification.
CREATE INDEX certificates_until ON certificates (until_at) WHERE ended_at IS NULL;
CREATE INDEX certificates_certification ON certificates (certification_id, from_at) WHERE ended_at IS NULL;

CREATE TABLE log_entries (
    id TEXT NOT NULL PRIMARY KEY,
    member_id TEXT NOT NULL,
    trainer_id TEXT NOT NULL,
    certification_id TEXT NOT NULL,
    start_at INTEGER NOT NULL,
    state TEXT NOT NULL,
    data TEXT NOT NULL
);

CREATE INDEX log_entries_member ON log_entries (member_id, start_at);
CREATE INDEX log_entries_trainer ON log_entries (trainer_id, state);

-- Keys that the program signs with, sealed by data protection. One that was replaced stays, to verify what it signed.
CREATE TABLE signing_keys (
    id TEXT NOT NULL PRIMARY KEY,
    purpose TEXT NOT NULL,
    made_at INTEGER NOT NULL,
    retired_at INTEGER,
    sealed TEXT NOT NULL,
    public_key TEXT NOT NULL
);
