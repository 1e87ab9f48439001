-- +goose Up
-- disable the enforcement of foreign-keys constraints
PRAGMA foreign_keys = off;
-- create "new_credit_queries" table
CREATE TABLE `new_credit_queries` (`id` text NOT NULL, `kind` text NOT NULL, `result` text NOT NULL, `reason` text NOT NULL DEFAULT (''), `party_id` text NOT NULL DEFAULT (''), `office_id` text NOT NULL DEFAULT (''), `purpose` text NOT NULL DEFAULT ('credit_report'), `consent_id` text NOT NULL DEFAULT (''), `voucher` text NOT NULL DEFAULT (''), `number` integer NOT NULL DEFAULT (0), `query_time` datetime NOT NULL, `document_id` text NOT NULL, PRIMARY KEY (`id`), CONSTRAINT `credit_queries_documents_document` FOREIGN KEY (`document_id`) REFERENCES `documents` (`id`) ON DELETE NO ACTION);
-- copy rows from old table "credit_queries" to new temporary table "new_credit_queries"
INSERT INTO `new_credit_queries` (`id`, `kind`, `result`, `reason`, `party_id`, `office_id`, `consent_id`, `voucher`, `number`, `query_time`, `document_id`) SELECT `id`, `kind`, `result`, `reason`, `party_id`, `office_id`, `consent_id`, `voucher`, `number`, `query_time`, `document_id` FROM `credit_queries`;
-- drop "credit_queries" table after copying rows
DROP TABLE `credit_queries`;
-- rename temporary table "new_credit_queries" to "credit_queries"
ALTER TABLE `new_credit_queries` RENAME TO `credit_queries`;
-- create index "creditquery_document_id_query_time_id" to table: "credit_queries"
CREATE INDEX `creditquery_document_id_query_time_id` ON `credit_queries` (`document_id`, `query_time`, `id`);
-- create index "creditquery_query_time" to table: "credit_queries"
CREATE INDEX `creditquery_query_time` ON `credit_queries` (`query_time`);
-- enable back the enforcement of foreign-keys constraints
PRAGMA foreign_keys = on;
