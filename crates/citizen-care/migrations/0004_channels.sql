-- A person's own settings: when not to be written to, up to when notices were read. Its version is that of the journal stream.
CREATE TABLE care_person (
  province TEXT NOT NULL,
  party TEXT NOT NULL,
  version BIGINT NOT NULL,
  quiet_from BIGINT,
  quiet_to BIGINT,
  seen_at BIGINT NOT NULL,
  PRIMARY KEY (province, party)
);
-- An address that waits for its proof; the one before stays in use until then.
ALTER TABLE care_choice ADD COLUMN asked TEXT;
-- Whose counter may ring somebody who could not be reached.
ALTER TABLE care_message ADD COLUMN office TEXT;
