-- Messages that wait or were sent, also to webhooks and chats. With what tells whether one that waits is still worth sending.
ALTER TABLE mail ADD COLUMN channel TEXT NOT NULL DEFAULT 'mail';
ALTER TABLE mail ADD COLUMN html TEXT;
ALTER TABLE mail ADD COLUMN calendar TEXT;
ALTER TABLE mail ADD COLUMN unsubscribe TEXT;
ALTER TABLE mail ADD COLUMN about TEXT;
ALTER TABLE mail ADD COLUMN member_id TEXT;
ALTER TABLE mail ADD COLUMN start_at INTEGER;
ALTER TABLE mail ADD COLUMN not_after INTEGER;
ALTER TABLE mail ADD COLUMN attempts INTEGER NOT NULL DEFAULT 0;
ALTER TABLE mail ADD COLUMN next_at INTEGER;
ALTER TABLE mail ADD COLUMN outcome TEXT;
ALTER TABLE mail ADD COLUMN error TEXT;
DROP INDEX mail_unsent;
CREATE INDEX mail_waiting ON mail (at) WHERE sent_at IS NULL AND outcome IS NULL;

-- What somebody is to be told, when, and what came of it.
CREATE TABLE notices (
    id TEXT NOT NULL PRIMARY KEY,
    kind TEXT NOT NULL,
    about TEXT NOT NULL,
    member_id TEXT NOT NULL,
    lead INTEGER NOT NULL,
    due_at INTEGER NOT NULL,
    last_at INTEGER NOT NULL,
    digest INTEGER NOT NULL,
    state TEXT NOT NULL,
    sent_at INTEGER,
    data TEXT NOT NULL
);
CREATE INDEX notices_due ON notices (due_at) WHERE state = 'Waiting';
CREATE INDEX notices_about ON notices (about);

-- What somebody knows of an appointment of theirs, and since when it is as it is.
CREATE TABLE notice_known (
    about TEXT NOT NULL,
    member_id TEXT NOT NULL,
    told INTEGER NOT NULL,
    mailed INTEGER NOT NULL,
    sequence INTEGER,
    start_at INTEGER NOT NULL,
    end_at INTEGER NOT NULL,
    stage TEXT NOT NULL,
    since INTEGER NOT NULL,
    data TEXT,
    PRIMARY KEY (about, member_id)
) WITHOUT ROWID;
CREATE INDEX notice_known_member ON notice_known (member_id, end_at);
CREATE INDEX notice_known_end ON notice_known (end_at);

CREATE TABLE notice_settings (
    member_id TEXT NOT NULL PRIMARY KEY,
    planned INTEGER NOT NULL,
    data TEXT NOT NULL
);
CREATE INDEX notice_settings_unplanned ON notice_settings (member_id) WHERE planned = 0;

-- Addresses that a mail server refused for good.
CREATE TABLE bounces (
    address TEXT NOT NULL PRIMARY KEY,
    at INTEGER NOT NULL,
    error TEXT NOT NULL
);

CREATE TABLE calendar_feeds (
    id TEXT NOT NULL PRIMARY KEY,
    hash TEXT NOT NULL,
    kind TEXT NOT NULL,
    thing_id TEXT NOT NULL,
    member_id TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    read_at INTEGER
);
CREATE UNIQUE INDEX calendar_feeds_hash ON calendar_feeds (hash);
CREATE INDEX calendar_feeds_member ON calendar_feeds (member_id);
