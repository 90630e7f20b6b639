-- What payers were charged, paid and owe: written by the projector from the journal only.
CREATE TABLE ledger_entries (
    id TEXT NOT NULL PRIMARY KEY,
    seq INTEGER NOT NULL,
    account_id TEXT NOT NULL,
    at INTEGER NOT NULL,
    kind TEXT NOT NULL,
    cause_type TEXT NOT NULL,
    cause_id TEXT NOT NULL,
    member_id TEXT,
    tool_id TEXT,
    data TEXT NOT NULL
);

CREATE INDEX ledger_entries_account ON ledger_entries (account_id, seq);
CREATE INDEX ledger_entries_cause ON ledger_entries (cause_type, cause_id);
CREATE INDEX ledger_entries_at ON ledger_entries (at);

CREATE TABLE ledger_lines (
    entry_id TEXT NOT NULL,
    line INTEGER NOT NULL,
    account_id TEXT NOT NULL,
    at INTEGER NOT NULL,
    account TEXT NOT NULL,
    amount INTEGER NOT NULL,
    unit TEXT NOT NULL,
    tool_id TEXT,
    PRIMARY KEY (entry_id, line)
);

CREATE INDEX ledger_lines_account ON ledger_lines (account_id, account, unit);
-- Holds all that revenue is summed from, so that a sum over a year reads nothing else.
CREATE INDEX ledger_lines_at ON ledger_lines (account, at, unit, amount, tool_id, account_id);

CREATE TABLE accounts (
    id TEXT NOT NULL PRIMARY KEY,
    name TEXT,
    customer_id TEXT,
    standing TEXT NOT NULL,
    owed INTEGER NOT NULL,
    late_since INTEGER,
    due_at INTEGER,
    send_at INTEGER,
    objections INTEGER NOT NULL,
    subscription_status TEXT,
    plan_id TEXT,
    data TEXT NOT NULL
);

CREATE INDEX accounts_customer ON accounts (customer_id) WHERE customer_id IS NOT NULL;
CREATE INDEX accounts_due ON accounts (due_at) WHERE due_at IS NOT NULL;
CREATE INDEX accounts_send ON accounts (send_at) WHERE send_at IS NOT NULL;
CREATE INDEX accounts_late ON accounts (late_since) WHERE late_since IS NOT NULL;

-- Events of the payment provider, each taken in once. What an event was about is fetched again when it is handled.
CREATE TABLE provider_events (
    id TEXT NOT NULL PRIMARY KEY,
    type TEXT NOT NULL,
    object_id TEXT NOT NULL,
    received_at INTEGER NOT NULL,
    state TEXT NOT NULL,
    attempts INTEGER NOT NULL,
    next_at INTEGER NOT NULL,
    handled_at INTEGER,
    error TEXT
);

CREATE INDEX provider_events_waiting ON provider_events (next_at) WHERE state = 'Waiting';

CREATE TABLE reconciliations (
    id TEXT NOT NULL PRIMARY KEY,
    started_at INTEGER NOT NULL,
    finished_at INTEGER,
    asked_by TEXT NOT NULL,
    repaired INTEGER NOT NULL,
    findings INTEGER NOT NULL,
    data TEXT NOT NULL
);

CREATE INDEX reconciliations_started ON reconciliations (started_at);

-- How each job fared last.
CREATE TABLE job_runs (
    id TEXT NOT NULL PRIMARY KEY,
    started_at INTEGER,
    succeeded_at INTEGER,
    failed_at INTEGER,
    failures INTEGER NOT NULL,
    error TEXT
);

-- Somebody asked into a company by mail. Only the hash of the link's secret is kept.
CREATE TABLE invitations (
    id TEXT NOT NULL PRIMARY KEY,
    company_id TEXT NOT NULL,
    email TEXT NOT NULL,
    role TEXT NOT NULL,
    seat INTEGER NOT NULL,
    hash TEXT NOT NULL UNIQUE,
    made_at INTEGER NOT NULL,
    made_by TEXT NOT NULL,
    expires_at INTEGER NOT NULL,
    taken_by TEXT
);

CREATE INDEX invitations_company ON invitations (company_id);
