-- What mentor and member do about a session beside holding its time: proposals, notes, tasks, feedback.
CREATE TABLE sessions (
    id TEXT NOT NULL PRIMARY KEY,
    mentor_id TEXT NOT NULL,
    member_id TEXT NOT NULL,
    proposed_by TEXT,
    rating INTEGER,
    data TEXT NOT NULL
);

CREATE INDEX sessions_mentor ON sessions (mentor_id) WHERE proposed_by IS NOT NULL;
CREATE INDEX sessions_member ON sessions (member_id) WHERE proposed_by IS NOT NULL;
