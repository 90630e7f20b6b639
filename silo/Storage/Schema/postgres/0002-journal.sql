-- Everything that happened, in the order in which it was committed. Appended with the state it belongs to, never changed.
CREATE TABLE journal (
    seq bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at bigint NOT NULL,
    type text NOT NULL,
    actor text NOT NULL,
    booking_id uuid,
    tool_id text,
    member_id text,
    data jsonb NOT NULL
);

CREATE INDEX journal_booking ON journal (booking_id) WHERE booking_id IS NOT NULL;
