-- Everything that happened, in the order in which it was committed. Appended with the state it belongs to, never changed.
CREATE TABLE journal (
    seq INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    at INTEGER NOT NULL,
    type TEXT NOT NULL,
    actor TEXT NOT NULL,
    booking_id TEXT,
    tool_id TEXT,
    member_id TEXT,
    data TEXT NOT NULL
);

CREATE INDEX journal_booking ON journal (booking_id) WHERE booking_id IS NOT NULL;
