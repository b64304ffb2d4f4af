-- Prepaid signatures as lists read them; the account itself is the snapshot of its stream. Amounts are đồng.
CREATE TABLE prepaid_purse (
    province TEXT NOT NULL,
    id TEXT NOT NULL,
    provider TEXT NOT NULL,
    -- An office's code, or an account.
    office TEXT,
    account TEXT,
    balance BIGINT NOT NULL,
    held BIGINT NOT NULL,
    doubts BIGINT NOT NULL,
    changed_at BIGINT NOT NULL,
    PRIMARY KEY (province, id)
);
CREATE INDEX prepaid_purse_office ON prepaid_purse (province, office, provider);
CREATE INDEX prepaid_purse_account ON prepaid_purse (province, account, provider);

-- One signature: held, then charged, released or in doubt. `month` is that in which it was settled, or held.
CREATE TABLE prepaid_use (
    province TEXT NOT NULL,
    purse TEXT NOT NULL,
    number BIGINT NOT NULL,
    state TEXT NOT NULL,
    amount BIGINT NOT NULL,
    free BIGINT NOT NULL,
    reference TEXT NOT NULL,
    serial TEXT NOT NULL,
    person TEXT,
    held_at BIGINT NOT NULL,
    settled_at BIGINT,
    month TEXT NOT NULL,
    note TEXT NOT NULL,
    PRIMARY KEY (province, purse, number)
);
CREATE INDEX prepaid_use_month ON prepaid_use (province, purse, month, number);
CREATE INDEX prepaid_use_open ON prepaid_use (province, purse, state, number);

-- Money that was asked for, came in, or was given back.
CREATE TABLE prepaid_money (
    province TEXT NOT NULL,
    purse TEXT NOT NULL,
    payment TEXT NOT NULL,
    state TEXT NOT NULL,
    amount BIGINT NOT NULL,
    transaction_no TEXT NOT NULL,
    by_name TEXT NOT NULL,
    at BIGINT NOT NULL,
    month TEXT NOT NULL,
    PRIMARY KEY (province, payment, state)
);
CREATE INDEX prepaid_money_purse ON prepaid_money (province, purse, month, at);
