-- +goose Up
-- create "disputes" table
CREATE TABLE `disputes` (`id` text NOT NULL, `subject_kind` text NOT NULL, `subject_id` text NOT NULL, `department` text NOT NULL, `state` text NOT NULL, `reason_sealed` blob NOT NULL, `answer_sealed` blob NULL, `create_time` datetime NOT NULL, `due_time` datetime NOT NULL, `late_time` datetime NULL, `decide_time` datetime NULL, `decided_by` text NOT NULL DEFAULT (''), `version` integer NOT NULL DEFAULT (1), `document_id` text NOT NULL, PRIMARY KEY (`id`), CONSTRAINT `disputes_documents_document` FOREIGN KEY (`document_id`) REFERENCES `documents` (`id`) ON DELETE NO ACTION, CONSTRAINT `dispute_decided` CHECK (state <> 'corrected' AND state <> 'dismissed' OR decide_time IS NOT NULL AND decided_by <> ''), CONSTRAINT `dispute_open` CHECK (state <> 'open' OR decide_time IS NULL AND decided_by = ''));
-- create index "dispute_subject_open" to table: "disputes"
CREATE UNIQUE INDEX `dispute_subject_open` ON `disputes` (`document_id`, `subject_kind`, `subject_id`) WHERE state = 'open';
-- create index "dispute_document_id_create_time_id" to table: "disputes"
CREATE INDEX `dispute_document_id_create_time_id` ON `disputes` (`document_id`, `create_time`, `id`);
-- create index "dispute_queue" to table: "disputes"
CREATE INDEX `dispute_queue` ON `disputes` (`department`, `due_time`, `id`) WHERE state = 'open';
-- create index "dispute_late" to table: "disputes"
CREATE INDEX `dispute_late` ON `disputes` (`due_time`, `id`) WHERE state = 'open' AND late_time IS NULL;
