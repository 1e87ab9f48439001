-- +goose Up
-- create "challenges" table
CREATE TABLE `challenges` (`id` text NOT NULL, `purpose` text NOT NULL, `subject` blob NOT NULL, `document_id` text NOT NULL DEFAULT (''), `code_hash` blob NOT NULL, `payload_sealed` blob NULL, `tries` integer NOT NULL DEFAULT (0), `create_time` datetime NOT NULL, `expire_time` datetime NOT NULL, `send_time` datetime NULL, `use_time` datetime NULL, `version` integer NOT NULL DEFAULT (1), PRIMARY KEY (`id`));
-- create index "challenge_subject_create_time" to table: "challenges"
CREATE INDEX `challenge_subject_create_time` ON `challenges` (`subject`, `create_time`);
-- create index "challenge_send_time" to table: "challenges"
CREATE INDEX `challenge_send_time` ON `challenges` (`send_time`);
-- create index "challenge_expire_time" to table: "challenges"
CREATE INDEX `challenge_expire_time` ON `challenges` (`expire_time`);
-- create "data" table
CREATE TABLE `data` (`id` text NOT NULL, `code` text NOT NULL, `value_sealed` blob NOT NULL, `origin` text NOT NULL, `proof_id` text NOT NULL DEFAULT (''), `record_time` datetime NOT NULL, `end_time` datetime NULL, `document_id` text NOT NULL, PRIMARY KEY (`id`), CONSTRAINT `data_documents_document` FOREIGN KEY (`document_id`) REFERENCES `documents` (`id`) ON DELETE NO ACTION);
-- create index "datum_document_id_code_origin" to table: "data"
CREATE UNIQUE INDEX `datum_document_id_code_origin` ON `data` (`document_id`, `code`, `origin`) WHERE end_time IS NULL;
-- create "documents" table
CREATE TABLE `documents` (`id` text NOT NULL, `kind` text NOT NULL, `number_sealed` blob NOT NULL, `names_pass_sealed` blob NULL, `issue_count` text NOT NULL DEFAULT (''), `valid_from` text NOT NULL DEFAULT (''), `valid_to` text NOT NULL DEFAULT (''), `recorded` text NOT NULL, `holder_sealed` blob NULL, `area` text NOT NULL DEFAULT (''), `erase_time` datetime NULL, `origin` text NOT NULL, `create_time` datetime NOT NULL, `version` integer NOT NULL DEFAULT (1), `dossier_id` text NOT NULL, `origin_id` text NOT NULL, `replaced_by` text NULL, PRIMARY KEY (`id`), CONSTRAINT `documents_dossiers_dossier` FOREIGN KEY (`dossier_id`) REFERENCES `dossiers` (`id`) ON DELETE NO ACTION, CONSTRAINT `documents_dossiers_first_dossier` FOREIGN KEY (`origin_id`) REFERENCES `dossiers` (`id`) ON DELETE NO ACTION, CONSTRAINT `documents_documents_predecessors` FOREIGN KEY (`replaced_by`) REFERENCES `documents` (`id`) ON DELETE SET NULL);
-- create index "document_dossier_id" to table: "documents"
CREATE INDEX `document_dossier_id` ON `documents` (`dossier_id`);
-- create index "document_origin_id" to table: "documents"
CREATE INDEX `document_origin_id` ON `documents` (`origin_id`);
-- create "dossiers" table
CREATE TABLE `dossiers` (`id` text NOT NULL, `kind` text NOT NULL, `create_time` datetime NOT NULL, `merged_into` text NULL, PRIMARY KEY (`id`), CONSTRAINT `dossiers_dossiers_merged` FOREIGN KEY (`merged_into`) REFERENCES `dossiers` (`id`) ON DELETE SET NULL);
-- create "firms" table
CREATE TABLE `firms` (`id` text NOT NULL, `name` text NOT NULL, `category` text NOT NULL, `area` text NOT NULL, `version` integer NOT NULL DEFAULT (1), PRIMARY KEY (`id`));
-- create "firm_roles" table
CREATE TABLE `firm_roles` (`id` text NOT NULL, `role` text NOT NULL, `create_time` datetime NOT NULL, `end_time` datetime NULL, `firm_id` text NOT NULL, `document_id` text NOT NULL, PRIMARY KEY (`id`), CONSTRAINT `firm_roles_firms_firm` FOREIGN KEY (`firm_id`) REFERENCES `firms` (`id`) ON DELETE NO ACTION, CONSTRAINT `firm_roles_documents_document` FOREIGN KEY (`document_id`) REFERENCES `documents` (`id`) ON DELETE NO ACTION);
-- create index "firmrole_firm_id_document_id_role" to table: "firm_roles"
CREATE UNIQUE INDEX `firmrole_firm_id_document_id_role` ON `firm_roles` (`firm_id`, `document_id`, `role`) WHERE end_time IS NULL;
-- create index "firmrole_document_id" to table: "firm_roles"
CREATE INDEX `firmrole_document_id` ON `firm_roles` (`document_id`);
-- create "import_runs" table
CREATE TABLE `import_runs` (`id` text NOT NULL, `kind` text NOT NULL, `digest` text NOT NULL, `offset` integer NOT NULL DEFAULT (0), `line` integer NOT NULL DEFAULT (0), `added` integer NOT NULL DEFAULT (0), `changed` integer NOT NULL DEFAULT (0), `unchanged` integer NOT NULL DEFAULT (0), `rejected` integer NOT NULL DEFAULT (0), `start_time` datetime NOT NULL, `finish_time` datetime NULL, `version` integer NOT NULL DEFAULT (1), PRIMARY KEY (`id`));
-- create index "importrun_kind_digest" to table: "import_runs"
CREATE UNIQUE INDEX `importrun_kind_digest` ON `import_runs` (`kind`, `digest`);
-- create "inquiries" table
CREATE TABLE `inquiries` (`id` text NOT NULL, `kind` text NOT NULL, `asked_by` text NOT NULL, `target_kind` text NOT NULL, `target_sealed` blob NOT NULL, `state` text NOT NULL, `reasons` json NULL, `tries` integer NOT NULL DEFAULT (0), `next_try_time` datetime NOT NULL, `link_id` text NOT NULL DEFAULT (''), `result_id` text NOT NULL DEFAULT (''), `create_time` datetime NOT NULL, `close_time` datetime NULL, `version` integer NOT NULL DEFAULT (1), `document_id` text NOT NULL, PRIMARY KEY (`id`), CONSTRAINT `inquiries_documents_document` FOREIGN KEY (`document_id`) REFERENCES `documents` (`id`) ON DELETE NO ACTION);
-- create index "inquiry_open" to table: "inquiries"
CREATE UNIQUE INDEX `inquiry_open` ON `inquiries` (`document_id`, `kind`, `target_kind`) WHERE state = 'pending';
-- create index "inquiry_due" to table: "inquiries"
CREATE INDEX `inquiry_due` ON `inquiries` (`next_try_time`, `id`) WHERE state = 'pending';
-- create index "inquiry_document_id" to table: "inquiries"
CREATE INDEX `inquiry_document_id` ON `inquiries` (`document_id`);
-- create "links" table
CREATE TABLE `links` (`id` text NOT NULL, `first_kind` text NOT NULL, `second_kind` text NOT NULL, `level` text NOT NULL, `create_time` datetime NOT NULL, `cut_time` datetime NULL, `cut_by` text NOT NULL DEFAULT (''), `cut_reason_sealed` blob NULL, `version` integer NOT NULL DEFAULT (1), `first_id` text NOT NULL, `second_id` text NOT NULL, `proof_id` text NOT NULL, PRIMARY KEY (`id`), CONSTRAINT `links_documents_first` FOREIGN KEY (`first_id`) REFERENCES `documents` (`id`) ON DELETE NO ACTION, CONSTRAINT `links_documents_second` FOREIGN KEY (`second_id`) REFERENCES `documents` (`id`) ON DELETE NO ACTION, CONSTRAINT `links_proofs_proof` FOREIGN KEY (`proof_id`) REFERENCES `proofs` (`id`) ON DELETE NO ACTION);
-- create index "link_first_id_second_kind" to table: "links"
CREATE UNIQUE INDEX `link_first_id_second_kind` ON `links` (`first_id`, `second_kind`) WHERE cut_time IS NULL;
-- create index "link_second_id_first_kind" to table: "links"
CREATE UNIQUE INDEX `link_second_id_first_kind` ON `links` (`second_id`, `first_kind`) WHERE cut_time IS NULL;
-- create index "link_first_id" to table: "links"
CREATE INDEX `link_first_id` ON `links` (`first_id`);
-- create index "link_second_id" to table: "links"
CREATE INDEX `link_second_id` ON `links` (`second_id`);
-- create "locators" table
CREATE TABLE `locators` (`id` integer NOT NULL PRIMARY KEY AUTOINCREMENT, `purpose` text NOT NULL, `key_id` integer NOT NULL, `hash` blob NOT NULL, `document_id` text NOT NULL, CONSTRAINT `locators_documents_document` FOREIGN KEY (`document_id`) REFERENCES `documents` (`id`) ON DELETE NO ACTION);
-- create index "locator_number" to table: "locators"
CREATE UNIQUE INDEX `locator_number` ON `locators` (`hash`) WHERE purpose = 'number';
-- create index "locator_names_pass" to table: "locators"
CREATE INDEX `locator_names_pass` ON `locators` (`hash`) WHERE purpose = 'names_pass';
-- create index "locator_document_id" to table: "locators"
CREATE INDEX `locator_document_id` ON `locators` (`document_id`);
-- create "paper_entries" table
CREATE TABLE `paper_entries` (`id` text NOT NULL, `paper_number` text NOT NULL, `paper_date` text NOT NULL DEFAULT (''), `officer` text NOT NULL, `create_time` datetime NOT NULL, `first_id` text NOT NULL, `second_id` text NOT NULL, PRIMARY KEY (`id`), CONSTRAINT `paper_entries_documents_first` FOREIGN KEY (`first_id`) REFERENCES `documents` (`id`) ON DELETE NO ACTION, CONSTRAINT `paper_entries_documents_second` FOREIGN KEY (`second_id`) REFERENCES `documents` (`id`) ON DELETE NO ACTION);
-- create index "paperentry_paper_number_officer" to table: "paper_entries"
CREATE UNIQUE INDEX `paperentry_paper_number_officer` ON `paper_entries` (`paper_number`, `officer`);
-- create "printings" table
CREATE TABLE `printings` (`id` text NOT NULL, `issue_count` text NOT NULL, `valid_from` text NOT NULL DEFAULT (''), `valid_to` text NOT NULL DEFAULT (''), `end_time` datetime NOT NULL, `document_id` text NOT NULL, PRIMARY KEY (`id`), CONSTRAINT `printings_documents_document` FOREIGN KEY (`document_id`) REFERENCES `documents` (`id`) ON DELETE NO ACTION);
-- create index "printing_document_id" to table: "printings"
CREATE INDEX `printing_document_id` ON `printings` (`document_id`);
-- create "proofs" table
CREATE TABLE `proofs` (`id` text NOT NULL, `kind` text NOT NULL, `trace_id` text NOT NULL DEFAULT (''), `check_time` datetime NOT NULL, `first_officer` text NOT NULL DEFAULT (''), `second_officer` text NOT NULL DEFAULT (''), `note_sealed` blob NULL, `create_time` datetime NOT NULL, PRIMARY KEY (`id`));
-- create "records" table
CREATE TABLE `records` (`id` text NOT NULL, `kind` text NOT NULL, `title_sealed` blob NOT NULL, `authority` text NOT NULL, `occur_time` datetime NOT NULL, `amount_fen` integer NULL, `source` text NOT NULL, `source_ref` text NOT NULL, `document_id` text NOT NULL, PRIMARY KEY (`id`), CONSTRAINT `records_documents_document` FOREIGN KEY (`document_id`) REFERENCES `documents` (`id`) ON DELETE NO ACTION);
-- create index "record_source_source_ref" to table: "records"
CREATE UNIQUE INDEX `record_source_source_ref` ON `records` (`source`, `source_ref`);
-- create index "record_document_id_occur_time_id" to table: "records"
CREATE INDEX `record_document_id_occur_time_id` ON `records` (`document_id`, `occur_time`, `id`);
-- create "reviews" table
CREATE TABLE `reviews` (`id` text NOT NULL, `kind` text NOT NULL, `reasons` json NOT NULL, `state` text NOT NULL, `create_time` datetime NOT NULL, `close_time` datetime NULL, `close_by` text NOT NULL DEFAULT (''), `close_reason_sealed` blob NULL, `version` integer NOT NULL DEFAULT (1), `first_id` text NOT NULL, `second_id` text NOT NULL, PRIMARY KEY (`id`), CONSTRAINT `reviews_documents_first` FOREIGN KEY (`first_id`) REFERENCES `documents` (`id`) ON DELETE NO ACTION, CONSTRAINT `reviews_documents_second` FOREIGN KEY (`second_id`) REFERENCES `documents` (`id`) ON DELETE NO ACTION);
-- create index "review_open" to table: "reviews"
CREATE UNIQUE INDEX `review_open` ON `reviews` (`first_id`, `second_id`) WHERE state = 'open';
-- create index "review_queue" to table: "reviews"
CREATE INDEX `review_queue` ON `reviews` (`create_time`, `id`) WHERE state = 'open';
-- create index "review_second_id" to table: "reviews"
CREATE INDEX `review_second_id` ON `reviews` (`second_id`);
