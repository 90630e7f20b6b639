-- A mentor's time is a claimable as a tool is; lists of machines leave it out, lists of mentors show it alone.
ALTER TABLE tools ADD COLUMN mentor_id text NULL;
CREATE INDEX tools_mentor ON tools (mentor_id) WHERE mentor_id IS NOT NULL;
