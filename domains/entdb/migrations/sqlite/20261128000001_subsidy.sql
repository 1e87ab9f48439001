-- +goose Up
-- create index "consent_purpose_id" to table: "consents"
CREATE INDEX `consent_purpose_id` ON `consents` (`purpose`, `id`) WHERE revoke_time IS NULL;
-- create "claims" table
CREATE TABLE `claims` (`id` text NOT NULL, `policy` text NOT NULL, `period` text NOT NULL, `fen` integer NOT NULL, `payout_id` text NOT NULL DEFAULT (''), `create_time` datetime NOT NULL, `version` integer NOT NULL DEFAULT (1), `document_id` text NOT NULL, `entitlement_id` text NOT NULL, PRIMARY KEY (`id`), CONSTRAINT `claims_documents_document` FOREIGN KEY (`document_id`) REFERENCES `documents` (`id`) ON DELETE NO ACTION, CONSTRAINT `claims_entitlements_entitlement` FOREIGN KEY (`entitlement_id`) REFERENCES `entitlements` (`id`) ON DELETE NO ACTION, CONSTRAINT `claim_fen` CHECK (fen <> 0));
-- create index "claim_entitlement_id" to table: "claims"
CREATE UNIQUE INDEX `claim_entitlement_id` ON `claims` (`entitlement_id`);
-- create index "claim_document_id_policy_period" to table: "claims"
CREATE INDEX `claim_document_id_policy_period` ON `claims` (`document_id`, `policy`, `period`);
-- create index "claim_open" to table: "claims"
CREATE INDEX `claim_open` ON `claims` (`policy`, `document_id`) WHERE payout_id = '';
-- create index "claim_payout_id" to table: "claims"
CREATE INDEX `claim_payout_id` ON `claims` (`payout_id`) WHERE payout_id <> '';
-- create "entitlements" table
CREATE TABLE `entitlements` (`id` text NOT NULL, `policy` text NOT NULL, `period` text NOT NULL, `number` integer NOT NULL, `latest` bool NOT NULL, `outcome` text NOT NULL, `fen` integer NOT NULL, `version_name` text NOT NULL, `statement_sealed` blob NOT NULL, `create_time` datetime NOT NULL, `document_id` text NOT NULL, PRIMARY KEY (`id`), CONSTRAINT `entitlements_documents_document` FOREIGN KEY (`document_id`) REFERENCES `documents` (`id`) ON DELETE NO ACTION, CONSTRAINT `entitlement_fen` CHECK (fen >= 0 AND (fen = 0 OR outcome <> 'not_entitled' AND outcome <> 'not_yet')));
-- create index "entitlement_document_id_policy_period_number" to table: "entitlements"
CREATE UNIQUE INDEX `entitlement_document_id_policy_period_number` ON `entitlements` (`document_id`, `policy`, `period`, `number`);
-- create index "entitlement_policy_period_document_id" to table: "entitlements"
CREATE UNIQUE INDEX `entitlement_policy_period_document_id` ON `entitlements` (`policy`, `period`, `document_id`) WHERE latest;
-- create "payee_accounts" table
CREATE TABLE `payee_accounts` (`id` text NOT NULL, `kind` text NOT NULL, `token_sealed` blob NOT NULL, `tail_sealed` blob NOT NULL, `state` text NOT NULL, `create_time` datetime NOT NULL, `change_time` datetime NOT NULL, `version` integer NOT NULL DEFAULT (1), `document_id` text NOT NULL, PRIMARY KEY (`id`), CONSTRAINT `payee_accounts_documents_document` FOREIGN KEY (`document_id`) REFERENCES `documents` (`id`) ON DELETE NO ACTION);
-- create index "payeeaccount_document_id" to table: "payee_accounts"
CREATE UNIQUE INDEX `payeeaccount_document_id` ON `payee_accounts` (`document_id`) WHERE state = 'active';
-- create "payouts" table
CREATE TABLE `payouts` (`id` text NOT NULL, `policy` text NOT NULL, `fen` integer NOT NULL, `state` text NOT NULL, `pending` bool NOT NULL DEFAULT (false), `cause` text NOT NULL DEFAULT (''), `reference` text NOT NULL DEFAULT (''), `sendings` integer NOT NULL DEFAULT (0), `create_time` datetime NOT NULL, `approve_time` datetime NULL, `send_time` datetime NULL, `settle_time` datetime NULL, `change_time` datetime NOT NULL, `version` integer NOT NULL DEFAULT (1), `batch_id` text NOT NULL, `document_id` text NOT NULL, `account_id` text NOT NULL, PRIMARY KEY (`id`), CONSTRAINT `payouts_payout_batches_batch` FOREIGN KEY (`batch_id`) REFERENCES `payout_batches` (`id`) ON DELETE NO ACTION, CONSTRAINT `payouts_documents_document` FOREIGN KEY (`document_id`) REFERENCES `documents` (`id`) ON DELETE NO ACTION, CONSTRAINT `payouts_payee_accounts_account` FOREIGN KEY (`account_id`) REFERENCES `payee_accounts` (`id`) ON DELETE NO ACTION, CONSTRAINT `payout_fen` CHECK (fen > 0));
-- create index "payout_batch_id_state_id" to table: "payouts"
CREATE INDEX `payout_batch_id_state_id` ON `payouts` (`batch_id`, `state`, `id`);
-- create index "payout_document_id_create_time" to table: "payouts"
CREATE INDEX `payout_document_id_create_time` ON `payouts` (`document_id`, `create_time`);
-- create index "payout_open" to table: "payouts"
CREATE INDEX `payout_open` ON `payouts` (`change_time`, `id`) WHERE pending;
-- create index "payout_policy_settle_time" to table: "payouts"
CREATE INDEX `payout_policy_settle_time` ON `payouts` (`policy`, `settle_time`);
-- create "payout_batches" table
CREATE TABLE `payout_batches` (`id` text NOT NULL, `policy` text NOT NULL, `state` text NOT NULL, `payouts` integer NOT NULL, `fen` integer NOT NULL, `digest` blob NOT NULL, `prepared_by` text NOT NULL, `decided_by` text NOT NULL DEFAULT (''), `create_time` datetime NOT NULL, `decide_time` datetime NULL, `version` integer NOT NULL DEFAULT (1), PRIMARY KEY (`id`));
-- create index "payoutbatch_policy_create_time" to table: "payout_batches"
CREATE INDEX `payoutbatch_policy_create_time` ON `payout_batches` (`policy`, `create_time`);
-- create "payout_tasks" table
CREATE TABLE `payout_tasks` (`id` text NOT NULL, `key` text NOT NULL, `kind` text NOT NULL, `payout_id` text NOT NULL DEFAULT (''), `expected_fen` integer NOT NULL, `found_fen` integer NOT NULL, `create_time` datetime NOT NULL, `close_time` datetime NULL, `closed_by` text NOT NULL DEFAULT (''), `note` text NOT NULL DEFAULT (''), `version` integer NOT NULL DEFAULT (1), PRIMARY KEY (`id`));
-- create index "payouttask_key" to table: "payout_tasks"
CREATE UNIQUE INDEX `payouttask_key` ON `payout_tasks` (`key`);
-- create index "payouttask_create_time_id" to table: "payout_tasks"
CREATE INDEX `payouttask_create_time_id` ON `payout_tasks` (`create_time`, `id`) WHERE close_time IS NULL;
-- create "spent_receipts" table
CREATE TABLE `spent_receipts` (`id` text NOT NULL, `policy` text NOT NULL, `period` text NOT NULL, `hash` blob NOT NULL, `create_time` datetime NOT NULL, `document_id` text NOT NULL, PRIMARY KEY (`id`), CONSTRAINT `spent_receipts_documents_document` FOREIGN KEY (`document_id`) REFERENCES `documents` (`id`) ON DELETE NO ACTION);
-- create index "spentreceipt_policy_hash" to table: "spent_receipts"
CREATE UNIQUE INDEX `spentreceipt_policy_hash` ON `spent_receipts` (`policy`, `hash`);
-- create index "spentreceipt_document_id_policy_period" to table: "spent_receipts"
CREATE INDEX `spentreceipt_document_id_policy_period` ON `spent_receipts` (`document_id`, `policy`, `period`);
