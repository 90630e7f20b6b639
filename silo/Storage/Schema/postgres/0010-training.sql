-- Certificates and logbooks of hours under supervision: written by the projector from the journal only.
CREATE TABLE certificates (
    id text NOT NULL PRIMARY KEY,
    member_id text NOT NULL,
    certification_id text NOT NULL,
    from_at bigint NOT NULL,
    until_at bigint,
    ended_at bigint,
    data jsonb NOT NULL
);

CREATE INDEX certificates_member ON certificates (member_id, from_at);
-- What runs out is looked for by its end, what lapses by disuse by certification.
CREATE INDEX certificates_until ON certificates (until_at) WHERE ended_at IS NULL;
CREATE INDEX certificates_certification ON certificates (certification_id, from_at) WHERE ended_at IS NULL;

CREATE TABLE log_entries (
    id uuid NOT NULL PRIMARY KEY,
    member_id text NOT NULL,
    trainer_id text NOT NULL,
    certification_id text NOT NULL,
    start_at bigint NOT NULL,
    state text NOT NULL,
    data jsonb NOT NULL
);

CREATE INDEX log_entries_member ON log_entries (member_id, start_at);
CREATE INDEX log_entries_trainer ON log_entries (trainer_id, state);

-- Keys that the program signs with, sealed by data protection. One that was replaced stays, to verify what it signed.
CREATE TABLE signing_keys (
    id text NOT NULL PRIMARY KEY,
    purpose text NOT NULL,
    made_at bigint NOT NULL,
    retired_at bigint,
    sealed text NOT NULL,
    public_key text NOT NULL
);
