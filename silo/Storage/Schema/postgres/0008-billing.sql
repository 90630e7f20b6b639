-- What payers were charged, paid and owe: written by the projector from the journal only.
CREATE TABLE ledger_entries (
    id uuid NOT NULL PRIMARY KEY,
    seq bigint NOT NULL,
    account_id text NOT NULL,
    at bigint NOT NULL,
    kind text NOT NULL,
    cause_type text NOT NULL,
    cause_id text NOT NULL,
    member_id text,
    tool_id text,
    data jsonb NOT NULL
);

CREATE INDEX ledger_entries_account ON ledger_entries (account_id, seq);
CREATE INDEX ledger_entries_cause ON ledger_entries (cause_type, cause_id);
CREATE INDEX ledger_entries_at ON ledger_entries (at);

CREATE TABLE ledger_lines (
    entry_id uuid NOT NULL,
    line integer NOT NULL,
    account_id text NOT NULL,
    at bigint NOT NULL,
    account text NOT NULL,
    amount bigint NOT NULL,
    unit text NOT NULL,
    tool_id text,
    PRIMARY KEY (entry_id, line)
);

CREATE INDEX ledger_lines_account ON ledger_lines (account_id, account, unit);
-- Holds all that revenue is summed from, so that a sum over a year reads nothing else.
CREATE INDEX ledger_lines_at ON ledger_lines (account, at) INCLUDE (unit, amount, tool_id, account_id);

CREATE TABLE accounts (
    id text NOT NULL PRIMARY KEY,
    name text,
    customer_id text,
    standing text NOT NULL,
    owed bigint NOT NULL,
    late_since bigint,
    due_at bigint,
    send_at bigint,
    objections integer NOT NULL,
    subscription_status text,
    plan_id text,
    data jsonb NOT NULL
);

CREATE INDEX accounts_customer ON accounts (customer_id) WHERE customer_id IS NOT NULL;
CREATE INDEX accounts_due ON accounts (due_at) WHERE due_at IS NOT NULL;
CREATE INDEX accounts_send ON accounts (send_at) WHERE send_at IS NOT NULL;
CREATE INDEX accounts_late ON accounts (late_since) WHERE late_since IS NOT NULL;

-- Events of the payment provider, each taken in once. What an event was about is fetched again when it is handled.
CREATE TABLE provider_events (
    id text NOT NULL PRIMARY KEY,
    type text NOT NULL,
    object_id text NOT NULL,
    received_at bigint NOT NULL,
    state text NOT NULL,
    attempts integer NOT NULL,
    next_at bigint NOT NULL,
    handled_at bigint,
    error text
);

CREATE INDEX provider_events_waiting ON provider_events (next_at) WHERE state = 'Waiting';

CREATE TABLE reconciliations (
    id uuid NOT NULL PRIMARY KEY,
    started_at bigint NOT NULL,
    finished_at bigint,
    asked_by text NOT NULL,
    repaired integer NOT NULL,
    findings integer NOT NULL,
    data jsonb NOT NULL
);

CREATE INDEX reconciliations_started ON reconciliations (started_at);

-- How each job fared last.
CREATE TABLE job_runs (
    id text NOT NULL PRIMARY KEY,
    started_at bigint,
    succeeded_at bigint,
    failed_at bigint,
    failures integer NOT NULL,
    error text
);

-- Somebody asked into a company by mail. Only the hash of the link's secret is kept.
CREATE TABLE invitations (
    id uuid NOT NULL PRIMARY KEY,
    company_id text NOT NULL,
    email text NOT NULL,
    role text NOT NULL,
    seat boolean NOT NULL,
    hash text NOT NULL UNIQUE,
    made_at bigint NOT NULL,
    made_by text NOT NULL,
    expires_at bigint NOT NULL,
    taken_by text
);

CREATE INDEX invitations_company ON invitations (company_id);
