-- +goose Up
-- create "ledger_accounts" table
CREATE TABLE `ledger_accounts` (`id` text NOT NULL, `code` text NOT NULL, `kind` text NOT NULL, `capped` bool NOT NULL, `debits` integer NOT NULL DEFAULT (0), `credits` integer NOT NULL DEFAULT (0), `reserved_debits` integer NOT NULL DEFAULT (0), `reserved_credits` integer NOT NULL DEFAULT (0), `create_time` datetime NOT NULL, PRIMARY KEY (`id`), CONSTRAINT `ledger_account_cap` CHECK (NOT capped OR debits + reserved_debits <= credits), CONSTRAINT `ledger_account_positive` CHECK (debits >= 0 AND credits >= 0 AND reserved_debits >= 0 AND reserved_credits >= 0));
-- create index "ledgeraccount_code" to table: "ledger_accounts"
CREATE UNIQUE INDEX `ledgeraccount_code` ON `ledger_accounts` (`code`);
-- create "ledger_transfers" table
CREATE TABLE `ledger_transfers` (`id` text NOT NULL, `kind` text NOT NULL, `fen` integer NOT NULL, `reserve_id` text NULL, `reason` text NOT NULL, `about` text NOT NULL, `create_time` datetime NOT NULL, `debit_id` text NOT NULL, `credit_id` text NOT NULL, PRIMARY KEY (`id`), CONSTRAINT `ledger_transfers_ledger_accounts_debit` FOREIGN KEY (`debit_id`) REFERENCES `ledger_accounts` (`id`) ON DELETE NO ACTION, CONSTRAINT `ledger_transfers_ledger_accounts_credit` FOREIGN KEY (`credit_id`) REFERENCES `ledger_accounts` (`id`) ON DELETE NO ACTION, CONSTRAINT `ledger_transfer_fen` CHECK (fen > 0), CONSTRAINT `ledger_transfer_sides` CHECK (debit_id <> credit_id));
-- create index "ledgertransfer_reserve_id" to table: "ledger_transfers"
CREATE UNIQUE INDEX `ledgertransfer_reserve_id` ON `ledger_transfers` (`reserve_id`);
-- create index "ledgertransfer_debit_id_create_time" to table: "ledger_transfers"
CREATE INDEX `ledgertransfer_debit_id_create_time` ON `ledger_transfers` (`debit_id`, `create_time`);
-- create index "ledgertransfer_credit_id_create_time" to table: "ledger_transfers"
CREATE INDEX `ledgertransfer_credit_id_create_time` ON `ledger_transfers` (`credit_id`, `create_time`);
-- create index "ledgertransfer_about" to table: "ledger_transfers"
CREATE INDEX `ledgertransfer_about` ON `ledger_transfers` (`about`);
-- what was booked stays as it is
-- +goose StatementBegin
CREATE TRIGGER `ledger_transfers_stay` BEFORE UPDATE ON `ledger_transfers` BEGIN SELECT RAISE(ABORT, 'a booked transfer is never changed'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER `ledger_transfers_remain` BEFORE DELETE ON `ledger_transfers` BEGIN SELECT RAISE(ABORT, 'a booked transfer is never deleted'); END;
-- +goose StatementEnd
