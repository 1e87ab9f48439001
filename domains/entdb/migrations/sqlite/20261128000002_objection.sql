-- +goose Up
-- create "subsidy_objections" table
CREATE TABLE `subsidy_objections` (`id` text NOT NULL, `state` text NOT NULL, `reason_sealed` blob NOT NULL, `answer_sealed` blob NULL, `create_time` datetime NOT NULL, `due_time` datetime NOT NULL, `decide_time` datetime NULL, `decided_by` text NOT NULL DEFAULT (''), `version` integer NOT NULL DEFAULT (1), `document_id` text NOT NULL, `entitlement_id` text NOT NULL, PRIMARY KEY (`id`), CONSTRAINT `subsidy_objections_documents_document` FOREIGN KEY (`document_id`) REFERENCES `documents` (`id`) ON DELETE NO ACTION, CONSTRAINT `subsidy_objections_entitlements_entitlement` FOREIGN KEY (`entitlement_id`) REFERENCES `entitlements` (`id`) ON DELETE NO ACTION, CONSTRAINT `subsidy_objection_decided` CHECK (state <> 'upheld' AND state <> 'dismissed' OR decide_time IS NOT NULL AND decided_by <> ''), CONSTRAINT `subsidy_objection_open` CHECK (state <> 'open' OR decide_time IS NULL AND decided_by = ''));
-- create index "subsidyobjection_entitlement_id" to table: "subsidy_objections"
CREATE UNIQUE INDEX `subsidyobjection_entitlement_id` ON `subsidy_objections` (`entitlement_id`);
-- create index "subsidyobjection_document_id_create_time" to table: "subsidy_objections"
CREATE INDEX `subsidyobjection_document_id_create_time` ON `subsidy_objections` (`document_id`, `create_time`);
-- create index "subsidy_objection_queue" to table: "subsidy_objections"
CREATE INDEX `subsidy_objection_queue` ON `subsidy_objections` (`due_time`, `id`) WHERE state = 'open';
