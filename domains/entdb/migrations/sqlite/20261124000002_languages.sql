-- +goose Up
-- disable the enforcement of foreign-keys constraints
PRAGMA foreign_keys = off;
-- create "new_documents" table
CREATE TABLE `new_documents` (`id` text NOT NULL, `kind` text NOT NULL, `number_sealed` blob NOT NULL, `names_pass_sealed` blob NULL, `issue_count` text NOT NULL DEFAULT (''), `valid_from` text NOT NULL DEFAULT (''), `valid_to` text NOT NULL DEFAULT (''), `recorded` text NOT NULL, `holder_sealed` blob NULL, `area` text NOT NULL DEFAULT (''), `erase_time` datetime NULL, `origin` text NOT NULL, `language` text NOT NULL DEFAULT (''), `calendar` text NOT NULL DEFAULT (''), `create_time` datetime NOT NULL, `version` integer NOT NULL DEFAULT (1), `dossier_id` text NOT NULL, `origin_id` text NOT NULL, `replaced_by` text NULL, PRIMARY KEY (`id`), CONSTRAINT `documents_dossiers_dossier` FOREIGN KEY (`dossier_id`) REFERENCES `dossiers` (`id`) ON DELETE NO ACTION, CONSTRAINT `documents_dossiers_first_dossier` FOREIGN KEY (`origin_id`) REFERENCES `dossiers` (`id`) ON DELETE NO ACTION, CONSTRAINT `documents_documents_predecessors` FOREIGN KEY (`replaced_by`) REFERENCES `documents` (`id`) ON DELETE SET NULL);
-- copy rows from old table "documents" to new temporary table "new_documents"
INSERT INTO `new_documents` (`id`, `kind`, `number_sealed`, `names_pass_sealed`, `issue_count`, `valid_from`, `valid_to`, `recorded`, `holder_sealed`, `area`, `erase_time`, `origin`, `create_time`, `version`, `dossier_id`, `origin_id`, `replaced_by`) SELECT `id`, `kind`, `number_sealed`, `names_pass_sealed`, `issue_count`, `valid_from`, `valid_to`, `recorded`, `holder_sealed`, `area`, `erase_time`, `origin`, `create_time`, `version`, `dossier_id`, `origin_id`, `replaced_by` FROM `documents`;
-- drop "documents" table after copying rows
DROP TABLE `documents`;
-- rename temporary table "new_documents" to "documents"
ALTER TABLE `new_documents` RENAME TO `documents`;
-- create index "document_dossier_id" to table: "documents"
CREATE INDEX `document_dossier_id` ON `documents` (`dossier_id`);
-- create index "document_origin_id" to table: "documents"
CREATE INDEX `document_origin_id` ON `documents` (`origin_id`);
-- create index "locator_holder_name" to table: "locators"
CREATE INDEX `locator_holder_name` ON `locators` (`hash`) WHERE purpose = 'holder_name';
-- create "new_officers" table
CREATE TABLE `new_officers` (`id` text NOT NULL, `login` text NOT NULL, `name` text NOT NULL, `duties` json NOT NULL, `state` text NOT NULL, `password_hash` text NOT NULL DEFAULT (''), `password_expired` bool NOT NULL DEFAULT (false), `totp_sealed` blob NULL, `totp_step` integer NOT NULL DEFAULT (0), `provider_subject` text NULL, `language` text NOT NULL DEFAULT (''), `calendar` text NOT NULL DEFAULT (''), `create_time` datetime NOT NULL, `version` integer NOT NULL DEFAULT (1), `office_id` text NOT NULL, PRIMARY KEY (`id`), CONSTRAINT `officers_offices_office` FOREIGN KEY (`office_id`) REFERENCES `offices` (`id`) ON DELETE NO ACTION);
-- copy rows from old table "officers" to new temporary table "new_officers"
INSERT INTO `new_officers` (`id`, `login`, `name`, `duties`, `state`, `password_hash`, `password_expired`, `totp_sealed`, `totp_step`, `provider_subject`, `create_time`, `version`, `office_id`) SELECT `id`, `login`, `name`, `duties`, `state`, `password_hash`, `password_expired`, `totp_sealed`, `totp_step`, `provider_subject`, `create_time`, `version`, `office_id` FROM `officers`;
-- drop "officers" table after copying rows
DROP TABLE `officers`;
-- rename temporary table "new_officers" to "officers"
ALTER TABLE `new_officers` RENAME TO `officers`;
-- create index "officer_login" to table: "officers"
CREATE UNIQUE INDEX `officer_login` ON `officers` (`login`);
-- create index "officer_provider_subject" to table: "officers"
CREATE UNIQUE INDEX `officer_provider_subject` ON `officers` (`provider_subject`);
-- create index "officer_office_id" to table: "officers"
CREATE INDEX `officer_office_id` ON `officers` (`office_id`);
-- create "policy_texts" table
CREATE TABLE `policy_texts` (`id` text NOT NULL, `state` text NOT NULL, `title` text NOT NULL, `body` text NOT NULL, `language` text NOT NULL, `issuer` text NOT NULL, `document_number` text NOT NULL DEFAULT (''), `url` text NOT NULL DEFAULT (''), `valid_from` text NOT NULL DEFAULT (''), `valid_to` text NOT NULL DEFAULT (''), `department` text NOT NULL, `author_id` text NOT NULL, `publisher_id` text NULL, `create_time` datetime NOT NULL, `publish_time` datetime NULL, `withdraw_time` datetime NULL, `version` integer NOT NULL DEFAULT (1), PRIMARY KEY (`id`));
-- create index "policytext_state_publish_time" to table: "policy_texts"
CREATE INDEX `policytext_state_publish_time` ON `policy_texts` (`state`, `publish_time`);
-- create index "policytext_department_state_create_time" to table: "policy_texts"
CREATE INDEX `policytext_department_state_create_time` ON `policy_texts` (`department`, `state`, `create_time`);
-- create "search_grams" table
CREATE TABLE `search_grams` (`id` integer NOT NULL PRIMARY KEY AUTOINCREMENT, `kind` text NOT NULL, `gram` text NOT NULL, `text_id` text NOT NULL, CONSTRAINT `search_grams_search_texts_text` FOREIGN KEY (`text_id`) REFERENCES `search_texts` (`id`) ON DELETE CASCADE);
-- create index "searchgram_kind_gram_text_id" to table: "search_grams"
CREATE UNIQUE INDEX `searchgram_kind_gram_text_id` ON `search_grams` (`kind`, `gram`, `text_id`);
-- create index "searchgram_text_id" to table: "search_grams"
CREATE INDEX `searchgram_text_id` ON `search_grams` (`text_id`);
-- create "search_texts" table
CREATE TABLE `search_texts` (`id` text NOT NULL, `kind` text NOT NULL, `owner_id` text NOT NULL, `head_key` text NOT NULL, `body_key` text NOT NULL DEFAULT (''), `order_time` datetime NOT NULL, PRIMARY KEY (`id`));
-- create index "searchtext_kind_owner_id" to table: "search_texts"
CREATE UNIQUE INDEX `searchtext_kind_owner_id` ON `search_texts` (`kind`, `owner_id`);
-- enable back the enforcement of foreign-keys constraints
PRAGMA foreign_keys = on;
