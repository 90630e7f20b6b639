-- Messages that wait or were sent, also to webhooks and chats. With what tells whether one that waits is still worth sending.
ALTER TABLE mail ADD COLUMN channel text NOT NULL DEFAULT 'mail';
ALTER TABLE mail ADD COLUMN html text;
ALTER TABLE mail ADD COLUMN calendar text;
ALTER TABLE mail ADD COLUMN unsubscribe text;
ALTER TABLE mail ADD COLUMN about text;
ALTER TABLE mail ADD COLUMN member_id text;
ALTER TABLE mail ADD COLUMN start_at bigint;
ALTER TABLE mail ADD COLUMN not_after bigint;
ALTER TABLE mail ADD COLUMN attempts integer NOT NULL DEFAULT 0;
ALTER TABLE mail ADD COLUMN next_at bigint;
ALTER TABLE mail ADD COLUMN outcome text;
ALTER TABLE mail ADD COLUMN error text;
DROP INDEX mail_unsent;
CREATE INDEX mail_waiting ON mail (at) WHERE sent_at IS NULL AND outcome IS NULL;

-- What somebody is to be told, when, and what came of it.
CREATE TABLE notices (
    id uuid NOT NULL PRIMARY KEY,
    kind text NOT NULL,
    about text NOT NULL,
    member_id text NOT NULL,
    lead bigint NOT NULL,
    due_at bigint NOT NULL,
    last_at bigint NOT NULL,
    digest boolean NOT NULL,
    state text NOT NULL,
    sent_at bigint,
    data jsonb NOT NULL
);
CREATE INDEX notices_due ON notices (due_at) WHERE state = 'Waiting';
CREATE INDEX notices_about ON notices (about);

-- What somebody knows of an appointment of theirs, and since when it is as it is.
CREATE TABLE notice_known (
    about text NOT NULL,
    member_id text NOT NULL,
    told integer NOT NULL,
    mailed boolean NOT NULL,
    sequence integer,
    start_at bigint NOT NULL,
    end_at bigint NOT NULL,
    stage text NOT NULL,
    since bigint NOT NULL,
    data jsonb,
    PRIMARY KEY (about, member_id)
);
CREATE INDEX notice_known_member ON notice_known (member_id, end_at);
CREATE INDEX notice_known_end ON notice_known (end_at);

CREATE TABLE notice_settings (
    member_id text NOT NULL PRIMARY KEY,
    planned boolean NOT NULL,
    data jsonb NOT NULL
);
CREATE INDEX notice_settings_unplanned ON notice_settings (member_id) WHERE planned = false;

-- Addresses that a mail server refused for good.
CREATE TABLE bounces (
    address text NOT NULL PRIMARY KEY,
    at bigint NOT NULL,
    error text NOT NULL
);

CREATE TABLE calendar_feeds (
    id uuid NOT NULL PRIMARY KEY,
    hash text NOT NULL,
    kind text NOT NULL,
    thing_id text NOT NULL,
    member_id text NOT NULL,
    created_at bigint NOT NULL,
    read_at bigint
);
CREATE UNIQUE INDEX calendar_feeds_hash ON calendar_feeds (hash);
CREATE INDEX calendar_feeds_member ON calendar_feeds (member_id);
