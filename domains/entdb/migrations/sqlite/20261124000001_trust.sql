-- +goose Up
-- create "audit_checkpoints" table
CREATE TABLE `audit_checkpoints` (`id` integer NOT NULL PRIMARY KEY AUTOINCREMENT, `note` blob NOT NULL, `create_time` datetime NOT NULL);
-- create "audit_entries" table
CREATE TABLE `audit_entries` (`id` text NOT NULL, `position` integer NULL, `body` blob NOT NULL, `time` datetime NOT NULL, `actor` text NOT NULL DEFAULT (''), `office` text NOT NULL DEFAULT (''), `action` text NOT NULL, `outcome` text NOT NULL, PRIMARY KEY (`id`));
-- create index "auditentry_position" to table: "audit_entries"
CREATE UNIQUE INDEX `auditentry_position` ON `audit_entries` (`position`);
-- create index "audit_unnumbered" to table: "audit_entries"
CREATE INDEX `audit_unnumbered` ON `audit_entries` (`id`) WHERE position IS NULL;
-- create index "auditentry_actor_id" to table: "audit_entries"
CREATE INDEX `auditentry_actor_id` ON `audit_entries` (`actor`, `id`);
-- create index "auditentry_action_id" to table: "audit_entries"
CREATE INDEX `auditentry_action_id` ON `audit_entries` (`action`, `id`);
-- create index "auditentry_time" to table: "audit_entries"
CREATE INDEX `auditentry_time` ON `audit_entries` (`time`);
-- create "audit_hashes" table
CREATE TABLE `audit_hashes` (`id` integer NOT NULL PRIMARY KEY AUTOINCREMENT, `hash` blob NOT NULL);
-- create "audit_subjects" table
CREATE TABLE `audit_subjects` (`id` integer NOT NULL PRIMARY KEY AUTOINCREMENT, `entry_id` text NOT NULL, `document_id` text NOT NULL);
-- create index "auditsubject_document_id_entry_id" to table: "audit_subjects"
CREATE UNIQUE INDEX `auditsubject_document_id_entry_id` ON `audit_subjects` (`document_id`, `entry_id`);
-- create index "auditsubject_entry_id" to table: "audit_subjects"
CREATE INDEX `auditsubject_entry_id` ON `audit_subjects` (`entry_id`);
-- create "consents" table
CREATE TABLE `consents` (`id` text NOT NULL, `given_by` text NOT NULL, `delegation_id` text NOT NULL DEFAULT (''), `purpose` text NOT NULL, `scopes` json NOT NULL, `text_version` text NOT NULL, `text_language` text NOT NULL, `text_hash` blob NOT NULL, `create_time` datetime NOT NULL, `expire_time` datetime NOT NULL, `revoke_time` datetime NULL, `revoked_by` text NOT NULL DEFAULT (''), `uses` integer NOT NULL DEFAULT (0), `use_time` datetime NULL, `document_id` text NOT NULL, `party_id` text NOT NULL, PRIMARY KEY (`id`), CONSTRAINT `consents_documents_document` FOREIGN KEY (`document_id`) REFERENCES `documents` (`id`) ON DELETE NO ACTION, CONSTRAINT `consents_departments_party` FOREIGN KEY (`party_id`) REFERENCES `departments` (`id`) ON DELETE NO ACTION);
-- create index "consent_document_id_create_time" to table: "consents"
CREATE INDEX `consent_document_id_create_time` ON `consents` (`document_id`, `create_time`);
-- create "corrections" table
CREATE TABLE `corrections` (`id` text NOT NULL, `item` text NOT NULL, `before_sealed` blob NULL, `value_sealed` blob NOT NULL, `reason_sealed` blob NOT NULL, `state` text NOT NULL, `create_time` datetime NOT NULL, `decide_time` datetime NULL, `decided_by` text NOT NULL DEFAULT (''), `answer_sealed` blob NULL, `version` integer NOT NULL DEFAULT (1), `document_id` text NOT NULL, PRIMARY KEY (`id`), CONSTRAINT `corrections_documents_document` FOREIGN KEY (`document_id`) REFERENCES `documents` (`id`) ON DELETE NO ACTION);
-- create index "correction_open" to table: "corrections"
CREATE UNIQUE INDEX `correction_open` ON `corrections` (`document_id`, `item`) WHERE state = 'open';
-- create index "correction_queue" to table: "corrections"
CREATE INDEX `correction_queue` ON `corrections` (`create_time`, `id`) WHERE state = 'open';
-- create "data_calls" table
CREATE TABLE `data_calls` (`id` text NOT NULL, `voucher` text NOT NULL, `legal_basis` text NOT NULL DEFAULT (''), `party_id` text NOT NULL, `officer_id` text NOT NULL DEFAULT (''), `office_id` text NOT NULL DEFAULT (''), `system_id` text NOT NULL DEFAULT (''), `purpose` text NOT NULL, `scopes` json NOT NULL, `decide_time` datetime NOT NULL, `document_id` text NOT NULL, `consent_id` text NULL, PRIMARY KEY (`id`), CONSTRAINT `data_calls_documents_document` FOREIGN KEY (`document_id`) REFERENCES `documents` (`id`) ON DELETE NO ACTION, CONSTRAINT `data_calls_consents_consent` FOREIGN KEY (`consent_id`) REFERENCES `consents` (`id`) ON DELETE SET NULL);
-- create index "datacall_voucher" to table: "data_calls"
CREATE UNIQUE INDEX `datacall_voucher` ON `data_calls` (`voucher`);
-- create index "datacall_consent_id_decide_time" to table: "data_calls"
CREATE INDEX `datacall_consent_id_decide_time` ON `data_calls` (`consent_id`, `decide_time`);
-- create index "datacall_document_id_decide_time" to table: "data_calls"
CREATE INDEX `datacall_document_id_decide_time` ON `data_calls` (`document_id`, `decide_time`);
-- create "delegations" table
CREATE TABLE `delegations` (`id` text NOT NULL, `delegate_id` text NOT NULL DEFAULT (''), `delegate_sealed` blob NOT NULL, `matter` text NOT NULL, `create_time` datetime NOT NULL, `expire_time` datetime NOT NULL, `revoke_time` datetime NULL, `principal_id` text NOT NULL, PRIMARY KEY (`id`), CONSTRAINT `delegations_documents_principal` FOREIGN KEY (`principal_id`) REFERENCES `documents` (`id`) ON DELETE NO ACTION);
-- create index "delegation_principal_id_create_time" to table: "delegations"
CREATE INDEX `delegation_principal_id_create_time` ON `delegations` (`principal_id`, `create_time`);
-- create index "delegation_delegate_id_create_time" to table: "delegations"
CREATE INDEX `delegation_delegate_id_create_time` ON `delegations` (`delegate_id`, `create_time`) WHERE delegate_id <> '';
-- create "departments" table
CREATE TABLE `departments` (`id` text NOT NULL, `name` text NOT NULL, `create_time` datetime NOT NULL, PRIMARY KEY (`id`));
-- create "erasures" table
CREATE TABLE `erasures` (`id` text NOT NULL, `document_ids` json NOT NULL, `state` text NOT NULL, `kept` json NOT NULL, `create_time` datetime NOT NULL, `done_time` datetime NULL, PRIMARY KEY (`id`));
-- create index "erasure_started" to table: "erasures"
CREATE INDEX `erasure_started` ON `erasures` (`create_time`) WHERE state = 'started';
-- create "limit_buckets" table
CREATE TABLE `limit_buckets` (`id` text NOT NULL, `full_time` datetime NOT NULL, PRIMARY KEY (`id`));
-- create index "limitbucket_full_time" to table: "limit_buckets"
CREATE INDEX `limitbucket_full_time` ON `limit_buckets` (`full_time`);
-- create "objections" table
CREATE TABLE `objections` (`id` text NOT NULL, `text_sealed` blob NOT NULL, `state` text NOT NULL, `create_time` datetime NOT NULL, `due_time` datetime NOT NULL, `answer_sealed` blob NULL, `finding` text NULL, `answered_by` text NOT NULL DEFAULT (''), `answer_time` datetime NULL, `version` integer NOT NULL DEFAULT (1), `entry_id` text NOT NULL, `document_id` text NOT NULL, PRIMARY KEY (`id`), CONSTRAINT `objections_audit_entries_entry` FOREIGN KEY (`entry_id`) REFERENCES `audit_entries` (`id`) ON DELETE NO ACTION, CONSTRAINT `objections_documents_document` FOREIGN KEY (`document_id`) REFERENCES `documents` (`id`) ON DELETE NO ACTION);
-- create index "objection_entry_id_document_id" to table: "objections"
CREATE UNIQUE INDEX `objection_entry_id_document_id` ON `objections` (`entry_id`, `document_id`);
-- create index "objection_document_id_create_time" to table: "objections"
CREATE INDEX `objection_document_id_create_time` ON `objections` (`document_id`, `create_time`);
-- create index "objection_queue" to table: "objections"
CREATE INDEX `objection_queue` ON `objections` (`due_time`, `id`) WHERE state = 'open';
-- create "offices" table
CREATE TABLE `offices` (`id` text NOT NULL, `name` text NOT NULL, `area` text NOT NULL, `create_time` datetime NOT NULL, `department_id` text NOT NULL, PRIMARY KEY (`id`), CONSTRAINT `offices_departments_department` FOREIGN KEY (`department_id`) REFERENCES `departments` (`id`) ON DELETE NO ACTION);
-- create "officers" table
CREATE TABLE `officers` (`id` text NOT NULL, `login` text NOT NULL, `name` text NOT NULL, `duties` json NOT NULL, `state` text NOT NULL, `password_hash` text NOT NULL DEFAULT (''), `password_expired` bool NOT NULL DEFAULT (false), `totp_sealed` blob NULL, `totp_step` integer NOT NULL DEFAULT (0), `provider_subject` text NULL, `create_time` datetime NOT NULL, `version` integer NOT NULL DEFAULT (1), `office_id` text NOT NULL, PRIMARY KEY (`id`), CONSTRAINT `officers_offices_office` FOREIGN KEY (`office_id`) REFERENCES `offices` (`id`) ON DELETE NO ACTION);
-- create index "officer_login" to table: "officers"
CREATE UNIQUE INDEX `officer_login` ON `officers` (`login`);
-- create index "officer_provider_subject" to table: "officers"
CREATE UNIQUE INDEX `officer_provider_subject` ON `officers` (`provider_subject`);
-- create index "officer_office_id" to table: "officers"
CREATE INDEX `officer_office_id` ON `officers` (`office_id`);
-- create "officer_relations" table
CREATE TABLE `officer_relations` (`id` text NOT NULL, `relation` text NOT NULL, `document_kind` text NOT NULL, `number_sealed` blob NOT NULL, `create_time` datetime NOT NULL, `end_time` datetime NULL, `officer_id` text NOT NULL, PRIMARY KEY (`id`), CONSTRAINT `officer_relations_officers_officer` FOREIGN KEY (`officer_id`) REFERENCES `officers` (`id`) ON DELETE NO ACTION);
-- create index "officerrelation_officer_id" to table: "officer_relations"
CREATE INDEX `officerrelation_officer_id` ON `officer_relations` (`officer_id`);
-- create "provider_sign_ins" table
CREATE TABLE `provider_sign_ins` (`id` text NOT NULL, `secret_sealed` blob NOT NULL, `expire_time` datetime NOT NULL, `use_time` datetime NULL, PRIMARY KEY (`id`));
-- create index "providersignin_expire_time" to table: "provider_sign_ins"
CREATE INDEX `providersignin_expire_time` ON `provider_sign_ins` (`expire_time`);
-- create "refresh_tokens" table
CREATE TABLE `refresh_tokens` (`id` text NOT NULL, `hash` blob NOT NULL, `create_time` datetime NOT NULL, `expire_time` datetime NOT NULL, `use_time` datetime NULL, `session_id` text NOT NULL, PRIMARY KEY (`id`), CONSTRAINT `refresh_tokens_sessions_session` FOREIGN KEY (`session_id`) REFERENCES `sessions` (`id`) ON DELETE NO ACTION);
-- create index "refreshtoken_hash" to table: "refresh_tokens"
CREATE UNIQUE INDEX `refreshtoken_hash` ON `refresh_tokens` (`hash`);
-- create index "refreshtoken_session_id" to table: "refresh_tokens"
CREATE INDEX `refreshtoken_session_id` ON `refresh_tokens` (`session_id`);
-- create "roaming_grants" table
CREATE TABLE `roaming_grants` (`id` text NOT NULL, `area` text NOT NULL, `duties` json NOT NULL, `reason` text NOT NULL, `granted_by` text NOT NULL, `create_time` datetime NOT NULL, `expire_time` datetime NOT NULL, `revoke_time` datetime NULL, `revoked_by` text NOT NULL DEFAULT (''), `officer_id` text NOT NULL, PRIMARY KEY (`id`), CONSTRAINT `roaming_grants_officers_officer` FOREIGN KEY (`officer_id`) REFERENCES `officers` (`id`) ON DELETE NO ACTION);
-- create index "roaminggrant_officer_id_expire_time" to table: "roaming_grants"
CREATE INDEX `roaminggrant_officer_id_expire_time` ON `roaming_grants` (`officer_id`, `expire_time`);
-- create "sessions" table
CREATE TABLE `sessions` (`id` text NOT NULL, `role` text NOT NULL, `holder_id` text NOT NULL, `device_id` text NOT NULL, `device_name_sealed` blob NULL, `create_time` datetime NOT NULL, `expire_time` datetime NOT NULL, `refresh_time` datetime NOT NULL, `end_time` datetime NULL, `end_reason` text NULL, `version` integer NOT NULL DEFAULT (1), PRIMARY KEY (`id`));
-- create index "session_holder_id_create_time" to table: "sessions"
CREATE INDEX `session_holder_id_create_time` ON `sessions` (`holder_id`, `create_time`);
-- create index "session_expire_time" to table: "sessions"
CREATE INDEX `session_expire_time` ON `sessions` (`expire_time`);
-- create index "session_end_time" to table: "sessions"
CREATE INDEX `session_end_time` ON `sessions` (`end_time`);
-- create "spent_assertions" table
CREATE TABLE `spent_assertions` (`id` text NOT NULL, `expire_time` datetime NOT NULL, PRIMARY KEY (`id`));
-- create index "spentassertion_expire_time" to table: "spent_assertions"
CREATE INDEX `spentassertion_expire_time` ON `spent_assertions` (`expire_time`);
-- create "system_accounts" table
CREATE TABLE `system_accounts` (`id` text NOT NULL, `name` text NOT NULL, `public_key` blob NOT NULL, `state` text NOT NULL, `create_time` datetime NOT NULL, `version` integer NOT NULL DEFAULT (1), `department_id` text NOT NULL, PRIMARY KEY (`id`), CONSTRAINT `system_accounts_departments_department` FOREIGN KEY (`department_id`) REFERENCES `departments` (`id`) ON DELETE NO ACTION);
-- create "token_keys" table
CREATE TABLE `token_keys` (`id` text NOT NULL, `private_sealed` blob NOT NULL, `public` blob NOT NULL, `create_time` datetime NOT NULL, `sign_time` datetime NOT NULL, `retire_time` datetime NULL, PRIMARY KEY (`id`));
-- create "write_keys" table
CREATE TABLE `write_keys` (`id` text NOT NULL, `input_hash` blob NOT NULL, `subjects` json NULL, `owner` text NOT NULL DEFAULT (''), `answer_sealed` blob NULL, `create_time` datetime NOT NULL, `expire_time` datetime NOT NULL, PRIMARY KEY (`id`));
-- create index "writekey_expire_time" to table: "write_keys"
CREATE INDEX `writekey_expire_time` ON `write_keys` (`expire_time`);
