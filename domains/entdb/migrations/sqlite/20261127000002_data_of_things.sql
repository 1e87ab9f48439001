-- +goose Up
-- disable the enforcement of foreign-keys constraints
PRAGMA foreign_keys = off;
-- create "new_data" table
CREATE TABLE `new_data` (`id` text NOT NULL, `code` text NOT NULL, `item` text NOT NULL DEFAULT (''), `value_sealed` blob NOT NULL, `origin` text NOT NULL, `proof_id` text NOT NULL DEFAULT (''), `record_time` datetime NOT NULL, `end_time` datetime NULL, `document_id` text NOT NULL, PRIMARY KEY (`id`), CONSTRAINT `data_documents_document` FOREIGN KEY (`document_id`) REFERENCES `documents` (`id`) ON DELETE NO ACTION);
-- copy rows from old table "data" to new temporary table "new_data"
INSERT INTO `new_data` (`id`, `code`, `value_sealed`, `origin`, `proof_id`, `record_time`, `end_time`, `document_id`) SELECT `id`, `code`, `value_sealed`, `origin`, `proof_id`, `record_time`, `end_time`, `document_id` FROM `data`;
-- drop "data" table after copying rows
DROP TABLE `data`;
-- rename temporary table "new_data" to "data"
ALTER TABLE `new_data` RENAME TO `data`;
-- create index "datum_document_id_code_item_origin" to table: "data"
CREATE UNIQUE INDEX `datum_document_id_code_item_origin` ON `data` (`document_id`, `code`, `item`, `origin`) WHERE end_time IS NULL;
-- enable back the enforcement of foreign-keys constraints
PRAGMA foreign_keys = on;
