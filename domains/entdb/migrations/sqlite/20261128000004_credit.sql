-- +goose Up
-- create "credit_queries" table
CREATE TABLE `credit_queries` (`id` text NOT NULL, `kind` text NOT NULL, `result` text NOT NULL, `reason` text NOT NULL DEFAULT (''), `party_id` text NOT NULL DEFAULT (''), `office_id` text NOT NULL DEFAULT (''), `consent_id` text NOT NULL DEFAULT (''), `voucher` text NOT NULL DEFAULT (''), `number` integer NOT NULL DEFAULT (0), `query_time` datetime NOT NULL, `document_id` text NOT NULL, PRIMARY KEY (`id`), CONSTRAINT `credit_queries_documents_document` FOREIGN KEY (`document_id`) REFERENCES `documents` (`id`) ON DELETE NO ACTION);
-- create index "creditquery_document_id_query_time_id" to table: "credit_queries"
CREATE INDEX `creditquery_document_id_query_time_id` ON `credit_queries` (`document_id`, `query_time`, `id`);
-- create index "creditquery_query_time" to table: "credit_queries"
CREATE INDEX `creditquery_query_time` ON `credit_queries` (`query_time`);
-- create "credit_reports" table
CREATE TABLE `credit_reports` (`id` text NOT NULL, `number` integer NOT NULL, `consent_id` text NOT NULL, `content_sealed` blob NOT NULL, `create_time` datetime NOT NULL, `confirm_time` datetime NOT NULL, `document_id` text NOT NULL, PRIMARY KEY (`id`), CONSTRAINT `credit_reports_documents_document` FOREIGN KEY (`document_id`) REFERENCES `documents` (`id`) ON DELETE NO ACTION);
-- create index "creditreport_document_id_number" to table: "credit_reports"
CREATE UNIQUE INDEX `creditreport_document_id_number` ON `credit_reports` (`document_id`, `number`);
-- create index "creditreport_confirm_time" to table: "credit_reports"
CREATE INDEX `creditreport_confirm_time` ON `credit_reports` (`confirm_time`);
