-- +goose Up
-- create "finance_applications" table
CREATE TABLE `finance_applications` (`id` text NOT NULL, `applicant_id` text NOT NULL, `department` text NOT NULL, `report_id` text NOT NULL, `state` text NOT NULL, `statement_sealed` blob NOT NULL, `finding_sealed` blob NULL, `answer_sealed` blob NULL, `matter` text NOT NULL DEFAULT (''), `certificate` text NOT NULL DEFAULT (''), `edition` integer NOT NULL DEFAULT (0), `create_time` datetime NOT NULL, `due_time` datetime NOT NULL, `review_time` datetime NULL, `reviewed_by` text NOT NULL DEFAULT (''), `decide_time` datetime NULL, `decided_by` text NOT NULL DEFAULT (''), `issue_time` datetime NULL, `revoke_time` datetime NULL, `revoked_by` text NOT NULL DEFAULT (''), `version` integer NOT NULL DEFAULT (1), `document_id` text NOT NULL, PRIMARY KEY (`id`), CONSTRAINT `finance_applications_documents_document` FOREIGN KEY (`document_id`) REFERENCES `documents` (`id`) ON DELETE NO ACTION, CONSTRAINT `finance_application_checked` CHECK (state <> 'approved' OR reviewed_by <> '' AND reviewed_by <> decided_by AND matter <> ''), CONSTRAINT `finance_application_decided` CHECK (state <> 'approved' AND state <> 'refused' OR decide_time IS NOT NULL AND decided_by <> ''), CONSTRAINT `finance_application_open` CHECK (state <> 'applied' AND state <> 'review' OR decide_time IS NULL AND decided_by = ''));
-- create index "finance_application_open" to table: "finance_applications"
CREATE UNIQUE INDEX `finance_application_open` ON `finance_applications` (`document_id`) WHERE state = 'applied' OR state = 'review';
-- create index "financeapplication_document_id_create_time_id" to table: "finance_applications"
CREATE INDEX `financeapplication_document_id_create_time_id` ON `finance_applications` (`document_id`, `create_time`, `id`);
-- create index "financeapplication_matter_edition" to table: "finance_applications"
CREATE INDEX `financeapplication_matter_edition` ON `finance_applications` (`matter`, `edition`) WHERE matter <> '';
-- create index "finance_application_queue" to table: "finance_applications"
CREATE INDEX `finance_application_queue` ON `finance_applications` (`department`, `due_time`, `id`) WHERE state = 'applied' OR state = 'review';
-- create index "finance_application_unissued" to table: "finance_applications"
CREATE INDEX `finance_application_unissued` ON `finance_applications` (`decide_time`, `id`) WHERE state = 'approved' AND issue_time IS NULL;
