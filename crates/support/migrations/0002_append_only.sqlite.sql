CREATE TRIGGER support_entry_no_update BEFORE UPDATE ON support_entry BEGIN SELECT RAISE(ABORT, 'the support ledger is append-only'); END;
CREATE TRIGGER support_entry_no_delete BEFORE DELETE ON support_entry BEGIN SELECT RAISE(ABORT, 'the support ledger is append-only'); END;
