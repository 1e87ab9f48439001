-- +goose Up
-- create "lending_cases" table
CREATE TABLE `lending_cases` (`id` text NOT NULL, `firm_id` text NOT NULL DEFAULT (''), `applicant_id` text NOT NULL, `bank` text NOT NULL, `product` text NOT NULL, `state` text NOT NULL, `need_sealed` blob NOT NULL, `answer_sealed` blob NULL, `granted_fen` integer NOT NULL DEFAULT (0), `create_time` datetime NOT NULL, `offer_time` datetime NULL, `accept_time` datetime NULL, `end_time` datetime NULL, `ended_by` text NOT NULL DEFAULT (''), `version` integer NOT NULL DEFAULT (1), `document_id` text NOT NULL, PRIMARY KEY (`id`), CONSTRAINT `lending_cases_documents_document` FOREIGN KEY (`document_id`) REFERENCES `documents` (`id`) ON DELETE NO ACTION, CONSTRAINT `lending_case_ended` CHECK (state <> 'refused' AND state <> 'withdrawn' OR end_time IS NOT NULL AND granted_fen = 0), CONSTRAINT `lending_case_granted` CHECK (state <> 'granted' OR end_time IS NOT NULL AND accept_time IS NOT NULL AND granted_fen > 0), CONSTRAINT `lending_case_open` CHECK (state <> 'open' AND state <> 'accepted' OR end_time IS NULL AND granted_fen = 0));
-- create index "lending_case_open" to table: "lending_cases"
CREATE UNIQUE INDEX `lending_case_open` ON `lending_cases` (`document_id`, `product`) WHERE state = 'open' OR state = 'accepted';
-- create index "lendingcase_document_id_create_time_id" to table: "lending_cases"
CREATE INDEX `lendingcase_document_id_create_time_id` ON `lending_cases` (`document_id`, `create_time`, `id`);
-- create index "lendingcase_bank_create_time_id" to table: "lending_cases"
CREATE INDEX `lendingcase_bank_create_time_id` ON `lending_cases` (`bank`, `create_time`, `id`);
-- create "lending_notes" table
CREATE TABLE `lending_notes` (`id` text NOT NULL, `side` text NOT NULL, `author_id` text NOT NULL, `about` text NOT NULL DEFAULT (''), `text_sealed` blob NULL, `name_sealed` blob NULL, `content_sealed` blob NULL, `media` text NOT NULL DEFAULT (''), `size` integer NOT NULL DEFAULT (0), `create_time` datetime NOT NULL, `case_id` text NOT NULL, PRIMARY KEY (`id`), CONSTRAINT `lending_notes_lending_cases_case` FOREIGN KEY (`case_id`) REFERENCES `lending_cases` (`id`) ON DELETE NO ACTION, CONSTRAINT `lending_note_paper` CHECK (size = 0 AND media = '' OR size > 0 AND media <> ''));
-- create index "lendingnote_case_id_create_time_id" to table: "lending_notes"
CREATE INDEX `lendingnote_case_id_create_time_id` ON `lending_notes` (`case_id`, `create_time`, `id`);
-- create "lending_offers" table
CREATE TABLE `lending_offers` (`id` text NOT NULL, `number` integer NOT NULL, `state` text NOT NULL, `amount_fen` integer NOT NULL, `rate_bp` integer NOT NULL, `months` integer NOT NULL, `terms_sealed` blob NULL, `until` datetime NOT NULL, `made_by` text NOT NULL, `create_time` datetime NOT NULL, `answer_time` datetime NULL, `version` integer NOT NULL DEFAULT (1), `case_id` text NOT NULL, PRIMARY KEY (`id`), CONSTRAINT `lending_offers_lending_cases_case` FOREIGN KEY (`case_id`) REFERENCES `lending_cases` (`id`) ON DELETE NO ACTION, CONSTRAINT `lending_offer_answered` CHECK (state <> 'accepted' AND state <> 'declined' OR answer_time IS NOT NULL));
-- create index "lendingoffer_case_id_number" to table: "lending_offers"
CREATE UNIQUE INDEX `lendingoffer_case_id_number` ON `lending_offers` (`case_id`, `number`);
-- create index "lending_offer_standing" to table: "lending_offers"
CREATE UNIQUE INDEX `lending_offer_standing` ON `lending_offers` (`case_id`) WHERE state = 'standing';
