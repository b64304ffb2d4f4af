-- Who was told of what happened to a meeting, in the house; what went outside is the messengers'.
CREATE TABLE meeting_notice (
    province TEXT NOT NULL,
    meeting TEXT NOT NULL,
    -- Of the event that is told.
    version BIGINT NOT NULL,
    -- An account, or guest-N.
    who TEXT NOT NULL,
    name TEXT NOT NULL,
    kind TEXT NOT NULL,
    vi TEXT NOT NULL,
    en TEXT NOT NULL,
    at BIGINT NOT NULL,
    read_at BIGINT,
    PRIMARY KEY (province, meeting, version, who)
);
CREATE INDEX meeting_notice_who ON meeting_notice (province, who, read_at, at);
