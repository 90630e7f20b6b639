-- What mentor and member do about a session beside holding its time: proposals, notes, tasks, feedback.
CREATE TABLE sessions (
    id uuid NOT NULL PRIMARY KEY,
    mentor_id text NOT NULL,
    member_id text NOT NULL,
    proposed_by text,
    rating bigint,
    data jsonb NOT NULL
);

CREATE INDEX sessions_mentor ON sessions (mentor_id) WHERE proposed_by IS NOT NULL;
CREATE INDEX sessions_member ON sessions (member_id) WHERE proposed_by IS NOT NULL;
