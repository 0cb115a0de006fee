-- Mail: one row for each person that a message is mailed to, and what became of it.
DROP INDEX outbox_unsent;
ALTER TABLE outbox DROP COLUMN sent_at;
ALTER TABLE outbox DROP COLUMN attempts;
-- When the mails of a message were written: once, by the worker, so that nobody who writes a message waits for it.
ALTER TABLE outbox ADD COLUMN addressed_at TIMESTAMP;
CREATE INDEX outbox_by_addressing ON outbox (addressed_at, created_at, id);
CREATE INDEX outbox_by_time ON outbox (created_at, id);
CREATE INDEX accounts_by_municipality ON accounts (municipality_id, id);

CREATE TABLE mails (
    id TEXT PRIMARY KEY NOT NULL,
    -- The message that it tells about; absent where there is none, as with an invitation.
    message_id TEXT REFERENCES outbox (id),
    -- To whom; absent if they have no account yet.
    account_id TEXT REFERENCES accounts (id),
    address TEXT NOT NULL CONSTRAINT mails_address_given CHECK (address <> ''),
    subject TEXT NOT NULL,
    body TEXT NOT NULL,
    -- The page of ours that it leads to, such as /berichten/01...
    path TEXT NOT NULL,
    state TEXT NOT NULL CONSTRAINT mails_state_known CHECK (state IN ('waiting', 'sent', 'failed')),
    -- Whether it goes into the one mail of the day.
    is_digest BOOLEAN NOT NULL,
    attempts INTEGER NOT NULL CONSTRAINT mails_attempts_not_negative CHECK (attempts >= 0),
    -- Not tried before this moment.
    due_at TIMESTAMP NOT NULL,
    -- Until then another worker keeps off.
    leased_until TIMESTAMP,
    sent_at TIMESTAMP,
    -- What the mail server said when it failed.
    error TEXT NOT NULL,
    created_at TIMESTAMP NOT NULL,
    CONSTRAINT mails_sent_iff_at CHECK ((state = 'sent') = (sent_at IS NOT NULL)),
    CONSTRAINT mails_once_each UNIQUE (message_id, account_id)
);
CREATE INDEX mails_by_due ON mails (state, due_at, id);

-- How somebody wants what we need not mail: absent is at once.
CREATE TABLE mail_wishes (
    account_id TEXT PRIMARY KEY NOT NULL REFERENCES accounts (id),
    wish TEXT NOT NULL CONSTRAINT mail_wishes_known CHECK (wish IN ('at_once', 'daily', 'never')),
    chosen_at TIMESTAMP NOT NULL
);
