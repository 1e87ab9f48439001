-- +goose Up
-- create "credentials" table
CREATE TABLE `credentials` (`id` text NOT NULL, `number` text NOT NULL, `edition` integer NOT NULL, `type_code` text NOT NULL, `type_version` integer NOT NULL, `matter_kind` text NOT NULL, `matter_id` text NOT NULL, `state` text NOT NULL, `key_id` text NOT NULL, `list_number` integer NOT NULL, `list_index` integer NOT NULL, `content_sealed` blob NOT NULL, `token_sealed` blob NULL, `check_hash` blob NOT NULL, `from_time` datetime NOT NULL, `until_time` datetime NULL, `maker` text NOT NULL DEFAULT (''), `create_time` datetime NOT NULL, `sign_time` datetime NULL, `change_time` datetime NOT NULL, `version` integer NOT NULL DEFAULT (1), `document_id` text NOT NULL, PRIMARY KEY (`id`), CONSTRAINT `credentials_documents_document` FOREIGN KEY (`document_id`) REFERENCES `documents` (`id`) ON DELETE NO ACTION);
-- create index "credential_number_edition" to table: "credentials"
CREATE UNIQUE INDEX `credential_number_edition` ON `credentials` (`number`, `edition`);
-- create index "credential_type_code_matter_kind_matter_id_edition" to table: "credentials"
CREATE UNIQUE INDEX `credential_type_code_matter_kind_matter_id_edition` ON `credentials` (`type_code`, `matter_kind`, `matter_id`, `edition`);
-- create index "credential_list_number_list_index" to table: "credentials"
CREATE UNIQUE INDEX `credential_list_number_list_index` ON `credentials` (`list_number`, `list_index`);
-- create index "credential_check_hash" to table: "credentials"
CREATE UNIQUE INDEX `credential_check_hash` ON `credentials` (`check_hash`);
-- create index "credential_document_id_create_time" to table: "credentials"
CREATE INDEX `credential_document_id_create_time` ON `credentials` (`document_id`, `create_time`);
-- create index "credential_key_id_id" to table: "credentials"
CREATE INDEX `credential_key_id_id` ON `credentials` (`key_id`, `id`);
-- create index "credential_pending" to table: "credentials"
CREATE INDEX `credential_pending` ON `credentials` (`create_time`) WHERE state = 'pending';
-- create index "credential_fallen" to table: "credentials"
CREATE INDEX `credential_fallen` ON `credentials` (`list_number`) WHERE state <> 'valid' AND state <> 'pending';
-- create "credential_events" table
CREATE TABLE `credential_events` (`id` text NOT NULL, `kind` text NOT NULL, `type_code` text NOT NULL, `actor_id` text NOT NULL, `note_sealed` blob NULL, `create_time` datetime NOT NULL, `credential_id` text NOT NULL, PRIMARY KEY (`id`), CONSTRAINT `credential_events_credentials_credential` FOREIGN KEY (`credential_id`) REFERENCES `credentials` (`id`) ON DELETE NO ACTION);
-- create index "credentialevent_credential_id_create_time" to table: "credential_events"
CREATE INDEX `credentialevent_credential_id_create_time` ON `credential_events` (`credential_id`, `create_time`);
-- create index "credentialevent_create_time_type_code_kind" to table: "credential_events"
CREATE INDEX `credentialevent_create_time_type_code_kind` ON `credential_events` (`create_time`, `type_code`, `kind`);
-- create "credential_uses" table
CREATE TABLE `credential_uses` (`id` text NOT NULL, `number` text NOT NULL, `way` text NOT NULL, `presentation_id` text NOT NULL DEFAULT (''), `department_id` text NOT NULL DEFAULT (''), `office_id` text NOT NULL DEFAULT (''), `officer_id` text NOT NULL DEFAULT (''), `result` text NOT NULL, `shown` json NOT NULL, `create_time` datetime NOT NULL, `document_id` text NOT NULL, PRIMARY KEY (`id`), CONSTRAINT `credential_uses_documents_document` FOREIGN KEY (`document_id`) REFERENCES `documents` (`id`) ON DELETE NO ACTION);
-- create index "credentialuse_document_id_create_time" to table: "credential_uses"
CREATE INDEX `credentialuse_document_id_create_time` ON `credential_uses` (`document_id`, `create_time`);
-- create index "credentialuse_number_create_time" to table: "credential_uses"
CREATE INDEX `credentialuse_number_create_time` ON `credential_uses` (`number`, `create_time`);
-- create index "credentialuse_create_time" to table: "credential_uses"
CREATE INDEX `credentialuse_create_time` ON `credential_uses` (`create_time`);
-- create "issuer_keys" table
CREATE TABLE `issuer_keys` (`id` text NOT NULL, `suite` text NOT NULL, `private_sealed` blob NOT NULL, `public` blob NOT NULL, `create_time` datetime NOT NULL, `sign_time` datetime NOT NULL, `retire_time` datetime NULL, `compromise_time` datetime NULL, PRIMARY KEY (`id`));
-- create "presentations" table
CREATE TABLE `presentations` (`id` text NOT NULL, `kind` text NOT NULL, `hash` blob NOT NULL, `choice_sealed` blob NOT NULL, `delegation_id` text NOT NULL DEFAULT (''), `uses` integer NOT NULL DEFAULT (0), `create_time` datetime NOT NULL, `expire_time` datetime NOT NULL, `revoke_time` datetime NULL, `use_time` datetime NULL, `document_id` text NOT NULL, PRIMARY KEY (`id`), CONSTRAINT `presentations_documents_document` FOREIGN KEY (`document_id`) REFERENCES `documents` (`id`) ON DELETE NO ACTION);
-- create index "presentation_hash" to table: "presentations"
CREATE UNIQUE INDEX `presentation_hash` ON `presentations` (`hash`);
-- create index "presentation_document_id_create_time" to table: "presentations"
CREATE INDEX `presentation_document_id_create_time` ON `presentations` (`document_id`, `create_time`);
-- create index "presentation_kind_expire_time" to table: "presentations"
CREATE INDEX `presentation_kind_expire_time` ON `presentations` (`kind`, `expire_time`);
-- create "status_lists" table
CREATE TABLE `status_lists` (`id` text NOT NULL, `number` integer NOT NULL, `used` integer NOT NULL DEFAULT (0), `seed` blob NOT NULL, `create_time` datetime NOT NULL, `version` integer NOT NULL DEFAULT (1), PRIMARY KEY (`id`));
-- create index "status_lists_number_key" to table: "status_lists"
CREATE UNIQUE INDEX `status_lists_number_key` ON `status_lists` (`number`);
