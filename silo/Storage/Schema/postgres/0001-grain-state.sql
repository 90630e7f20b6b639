-- Orleans' AdoNet storage finds its SQL in OrleansQuery. These statements are the project's own, written to that contract;
-- the product itself writes the same table in groups (see docs/decisions).
CREATE TABLE OrleansQuery (
    QueryKey text NOT NULL PRIMARY KEY,
    QueryText text NOT NULL
);

-- No index holds a column that a write changes, and half of each page is left free: an update stays on its page (HOT).
CREATE TABLE OrleansStorage (
    GrainIdHash integer NOT NULL,
    GrainIdN0 bigint NOT NULL,
    GrainIdN1 bigint NOT NULL,
    GrainTypeHash integer NOT NULL,
    GrainTypeString text NOT NULL,
    GrainIdExtensionString text NOT NULL,
    ServiceId text NOT NULL,
    PayloadBinary bytea,
    Version integer NOT NULL,
    PRIMARY KEY (GrainIdHash, GrainTypeHash, GrainIdExtensionString, GrainTypeString, GrainIdN0, GrainIdN1, ServiceId)
) WITH (fillfactor = 50);

-- A server built without lz4 keeps its default compression.
DO $$
BEGIN
    ALTER TABLE OrleansStorage ALTER COLUMN PayloadBinary SET COMPRESSION lz4;
EXCEPTION WHEN feature_not_supported THEN NULL;
END $$;

INSERT INTO OrleansQuery (QueryKey, QueryText) VALUES
('ReadFromStorageKey', '
SELECT PayloadBinary, Version FROM OrleansStorage
WHERE GrainIdHash = @GrainIdHash AND GrainTypeHash = @GrainTypeHash
  AND GrainIdExtensionString = COALESCE(CAST(@GrainIdExtensionString AS text), '''') AND GrainTypeString = @GrainTypeString
  AND GrainIdN0 = @GrainIdN0 AND GrainIdN1 = @GrainIdN1 AND ServiceId = @ServiceId'),

-- One statement, hence atomic without a transaction. No row comes back where another writer was first.
('WriteToStorageKey', '
WITH changed AS (
    UPDATE OrleansStorage SET PayloadBinary = @PayloadBinary, Version = Version + 1
    WHERE GrainIdHash = @GrainIdHash AND GrainTypeHash = @GrainTypeHash
      AND GrainIdExtensionString = COALESCE(CAST(@GrainIdExtensionString AS text), '''') AND GrainTypeString = @GrainTypeString
      AND GrainIdN0 = @GrainIdN0 AND GrainIdN1 = @GrainIdN1 AND ServiceId = @ServiceId AND Version = CAST(@GrainStateVersion AS integer)
    RETURNING Version),
made AS (
    INSERT INTO OrleansStorage (GrainIdHash, GrainIdN0, GrainIdN1, GrainTypeHash, GrainTypeString, GrainIdExtensionString, ServiceId, PayloadBinary, Version)
    SELECT @GrainIdHash, @GrainIdN0, @GrainIdN1, @GrainTypeHash, @GrainTypeString, COALESCE(CAST(@GrainIdExtensionString AS text), ''''), @ServiceId, @PayloadBinary, 1
    WHERE CAST(@GrainStateVersion AS integer) IS NULL
    ON CONFLICT DO NOTHING
    RETURNING Version)
SELECT Version AS NewGrainStateVersion FROM changed UNION ALL SELECT Version FROM made'),

('ClearStorageKey', '
UPDATE OrleansStorage SET PayloadBinary = NULL, Version = Version + 1
WHERE GrainIdHash = @GrainIdHash AND GrainTypeHash = @GrainTypeHash
  AND GrainIdExtensionString = COALESCE(CAST(@GrainIdExtensionString AS text), '''') AND GrainTypeString = @GrainTypeString
  AND GrainIdN0 = @GrainIdN0 AND GrainIdN1 = @GrainIdN1 AND ServiceId = @ServiceId AND Version = CAST(@GrainStateVersion AS integer)
RETURNING Version AS NewGrainStateVersion');
