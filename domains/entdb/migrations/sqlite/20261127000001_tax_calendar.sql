-- +goose Up
-- create index "document_valid_to_id" to table: "documents"
CREATE INDEX `document_valid_to_id` ON `documents` (`valid_to`, `id`) WHERE recorded = 'valid';
-- create "alarms" table
CREATE TABLE `alarms` (`id` text NOT NULL, `slot` text NOT NULL, `ring_time` datetime NOT NULL, `state` text NOT NULL, `end_time` datetime NULL, `document_id` text NOT NULL, `obligation_id` text NOT NULL, PRIMARY KEY (`id`), CONSTRAINT `alarms_documents_document` FOREIGN KEY (`document_id`) REFERENCES `documents` (`id`) ON DELETE NO ACTION, CONSTRAINT `alarms_obligations_obligation` FOREIGN KEY (`obligation_id`) REFERENCES `obligations` (`id`) ON DELETE CASCADE);
-- create index "alarm_obligation_id_document_id_slot" to table: "alarms"
CREATE UNIQUE INDEX `alarm_obligation_id_document_id_slot` ON `alarms` (`obligation_id`, `document_id`, `slot`);
-- create index "alarm_ring_time_document_id" to table: "alarms"
CREATE INDEX `alarm_ring_time_document_id` ON `alarms` (`ring_time`, `document_id`) WHERE state = 'pending';
-- create index "alarm_document_id_ring_time" to table: "alarms"
CREATE INDEX `alarm_document_id_ring_time` ON `alarms` (`document_id`, `ring_time`);
-- create "alarm_settings" table
CREATE TABLE `alarm_settings` (`id` text NOT NULL, `kind` text NOT NULL DEFAULT (''), `subject_id` text NOT NULL DEFAULT (''), `off` bool NOT NULL DEFAULT (false), `leads` json NULL, `at` text NOT NULL DEFAULT (''), `cron` text NOT NULL DEFAULT (''), `quiet_from` text NOT NULL DEFAULT (''), `quiet_to` text NOT NULL DEFAULT (''), `change_time` datetime NOT NULL, `version` integer NOT NULL DEFAULT (1), `document_id` text NOT NULL, PRIMARY KEY (`id`), CONSTRAINT `alarm_settings_documents_document` FOREIGN KEY (`document_id`) REFERENCES `documents` (`id`) ON DELETE NO ACTION);
-- create index "alarmsetting_document_id_kind_subject_id" to table: "alarm_settings"
CREATE UNIQUE INDEX `alarmsetting_document_id_kind_subject_id` ON `alarm_settings` (`document_id`, `kind`, `subject_id`);
-- create "calendar_feeds" table
CREATE TABLE `calendar_feeds` (`id` text NOT NULL, `hash` blob NOT NULL, `create_time` datetime NOT NULL, `use_time` datetime NULL, `end_time` datetime NULL, `document_id` text NOT NULL, PRIMARY KEY (`id`), CONSTRAINT `calendar_feeds_documents_document` FOREIGN KEY (`document_id`) REFERENCES `documents` (`id`) ON DELETE NO ACTION);
-- create index "calendarfeed_hash" to table: "calendar_feeds"
CREATE UNIQUE INDEX `calendarfeed_hash` ON `calendar_feeds` (`hash`);
-- create index "calendarfeed_document_id" to table: "calendar_feeds"
CREATE INDEX `calendarfeed_document_id` ON `calendar_feeds` (`document_id`);
-- create "calendar_files" table
CREATE TABLE `calendar_files` (`id` text NOT NULL, `kind` text NOT NULL, `name` text NOT NULL, `digest` text NOT NULL, `text` text NOT NULL, `notice` text NOT NULL, `create_time` datetime NOT NULL, `end_time` datetime NULL, PRIMARY KEY (`id`));
-- create index "calendarfile_kind_name" to table: "calendar_files"
CREATE UNIQUE INDEX `calendarfile_kind_name` ON `calendar_files` (`kind`, `name`) WHERE end_time IS NULL;
-- create "campaigns" table
CREATE TABLE `campaigns` (`id` text NOT NULL, `state` text NOT NULL, `title` text NOT NULL, `body` text NOT NULL, `language` text NOT NULL, `population` json NOT NULL, `pace` integer NOT NULL, `department` text NOT NULL, `author_id` text NOT NULL, `approver_id` text NOT NULL DEFAULT (''), `expected` integer NOT NULL DEFAULT (0), `position` text NOT NULL DEFAULT (''), `told` integer NOT NULL DEFAULT (0), `passed` integer NOT NULL DEFAULT (0), `create_time` datetime NOT NULL, `approve_time` datetime NULL, `start_time` datetime NULL, `next_time` datetime NULL, `end_time` datetime NULL, `version` integer NOT NULL DEFAULT (1), PRIMARY KEY (`id`));
-- create index "campaign_state_next_time" to table: "campaigns"
CREATE INDEX `campaign_state_next_time` ON `campaigns` (`state`, `next_time`);
-- create index "campaign_department_create_time" to table: "campaigns"
CREATE INDEX `campaign_department_create_time` ON `campaigns` (`department`, `create_time`);
-- create "channel_choices" table
CREATE TABLE `channel_choices` (`id` text NOT NULL, `topic` text NOT NULL, `channels` json NOT NULL, `change_time` datetime NOT NULL, `version` integer NOT NULL DEFAULT (1), `document_id` text NOT NULL, PRIMARY KEY (`id`), CONSTRAINT `channel_choices_documents_document` FOREIGN KEY (`document_id`) REFERENCES `documents` (`id`) ON DELETE NO ACTION);
-- create index "channelchoice_document_id_topic" to table: "channel_choices"
CREATE UNIQUE INDEX `channelchoice_document_id_topic` ON `channel_choices` (`document_id`, `topic`);
-- create "deliveries" table
CREATE TABLE `deliveries` (`id` text NOT NULL, `endpoint_id` text NOT NULL DEFAULT (''), `channel` text NOT NULL, `place` integer NOT NULL, `state` text NOT NULL, `cause` text NOT NULL DEFAULT (''), `supplier_ref` text NOT NULL DEFAULT (''), `attempts` integer NOT NULL DEFAULT (0), `create_time` datetime NOT NULL, `change_time` datetime NOT NULL, `version` integer NOT NULL DEFAULT (1), `notice_id` text NOT NULL, PRIMARY KEY (`id`), CONSTRAINT `deliveries_notices_notice` FOREIGN KEY (`notice_id`) REFERENCES `notices` (`id`) ON DELETE CASCADE);
-- create index "delivery_notice_id_channel_endpoint_id" to table: "deliveries"
CREATE UNIQUE INDEX `delivery_notice_id_channel_endpoint_id` ON `deliveries` (`notice_id`, `channel`, `endpoint_id`);
-- create index "delivery_state_change_time" to table: "deliveries"
CREATE INDEX `delivery_state_change_time` ON `deliveries` (`state`, `change_time`);
-- create "endpoints" table
CREATE TABLE `endpoints` (`id` text NOT NULL, `channel` text NOT NULL, `address_sealed` blob NOT NULL, `hash` blob NOT NULL, `state` text NOT NULL, `cause` text NOT NULL DEFAULT (''), `failures` integer NOT NULL DEFAULT (0), `code_hash` blob NULL, `code_expire_time` datetime NULL, `code_tries` integer NOT NULL DEFAULT (0), `unsubscribe_hash` blob NULL, `create_time` datetime NOT NULL, `change_time` datetime NOT NULL, `version` integer NOT NULL DEFAULT (1), `document_id` text NOT NULL, PRIMARY KEY (`id`), CONSTRAINT `endpoints_documents_document` FOREIGN KEY (`document_id`) REFERENCES `documents` (`id`) ON DELETE NO ACTION);
-- create index "endpoint_document_id_hash" to table: "endpoints"
CREATE UNIQUE INDEX `endpoint_document_id_hash` ON `endpoints` (`document_id`, `hash`) WHERE state <> 'removed';
-- create index "endpoint_unsubscribe_hash" to table: "endpoints"
CREATE INDEX `endpoint_unsubscribe_hash` ON `endpoints` (`unsubscribe_hash`) WHERE unsubscribe_hash IS NOT NULL;
-- create "inboxes" table
CREATE TABLE `inboxes` (`id` text NOT NULL, `last` integer NOT NULL, PRIMARY KEY (`id`));
-- create "job_runs" table
CREATE TABLE `job_runs` (`id` text NOT NULL, `paused` bool NOT NULL DEFAULT (false), `paused_by` text NOT NULL DEFAULT (''), `planned_time` datetime NULL, `start_time` datetime NULL, `end_time` datetime NULL, `outcome` text NOT NULL DEFAULT (''), `wanted_time` datetime NULL, `holder` text NOT NULL DEFAULT (''), `lease_time` datetime NULL, `version` integer NOT NULL DEFAULT (1), PRIMARY KEY (`id`));
-- create "notices" table
CREATE TABLE `notices` (`id` text NOT NULL, `sequence` integer NOT NULL, `key` text NOT NULL, `kind` text NOT NULL, `topic` text NOT NULL, `body_sealed` blob NOT NULL, `about` text NOT NULL DEFAULT (''), `create_time` datetime NOT NULL, `read_time` datetime NULL, `document_id` text NOT NULL, PRIMARY KEY (`id`), CONSTRAINT `notices_documents_document` FOREIGN KEY (`document_id`) REFERENCES `documents` (`id`) ON DELETE NO ACTION);
-- create index "notice_key" to table: "notices"
CREATE UNIQUE INDEX `notice_key` ON `notices` (`key`);
-- create index "notice_document_id_sequence" to table: "notices"
CREATE UNIQUE INDEX `notice_document_id_sequence` ON `notices` (`document_id`, `sequence`);
-- create index "notice_create_time" to table: "notices"
CREATE INDEX `notice_create_time` ON `notices` (`create_time`);
-- create "obligations" table
CREATE TABLE `obligations` (`id` text NOT NULL, `kind` text NOT NULL, `period` text NOT NULL, `name` text NOT NULL DEFAULT (''), `registration_id` text NOT NULL DEFAULT (''), `area` text NOT NULL DEFAULT (''), `due_date` text NOT NULL, `basis` text NOT NULL, `moves` integer NOT NULL DEFAULT (0), `state` text NOT NULL, `done_by` text NOT NULL DEFAULT (''), `done_time` datetime NULL, `done_ref` text NOT NULL DEFAULT (''), `create_time` datetime NOT NULL, `change_time` datetime NOT NULL, `version` integer NOT NULL DEFAULT (1), `document_id` text NOT NULL, PRIMARY KEY (`id`), CONSTRAINT `obligations_documents_document` FOREIGN KEY (`document_id`) REFERENCES `documents` (`id`) ON DELETE NO ACTION);
-- create index "obligation_document_id_kind_period_name" to table: "obligations"
CREATE UNIQUE INDEX `obligation_document_id_kind_period_name` ON `obligations` (`document_id`, `kind`, `period`, `name`);
-- create index "obligation_document_id_due_date" to table: "obligations"
CREATE INDEX `obligation_document_id_due_date` ON `obligations` (`document_id`, `due_date`);
-- create index "obligation_due_date_id" to table: "obligations"
CREATE INDEX `obligation_due_date_id` ON `obligations` (`due_date`, `id`) WHERE state = 'open';
-- create index "obligation_printed" to table: "obligations"
CREATE INDEX `obligation_printed` ON `obligations` (`due_date`, `id`) WHERE state = 'open' AND registration_id = '';
-- create "tax_registrations" table
CREATE TABLE `tax_registrations` (`id` text NOT NULL, `tax` text NOT NULL, `cycle` text NOT NULL, `area` text NOT NULL, `valid_from` text NOT NULL DEFAULT (''), `valid_to` text NOT NULL DEFAULT (''), `source` text NOT NULL, `source_ref` text NOT NULL, `planned_to` text NOT NULL DEFAULT (''), `create_time` datetime NOT NULL, `version` integer NOT NULL DEFAULT (1), `document_id` text NOT NULL, PRIMARY KEY (`id`), CONSTRAINT `tax_registrations_documents_document` FOREIGN KEY (`document_id`) REFERENCES `documents` (`id`) ON DELETE NO ACTION);
-- create index "taxregistration_source_source_ref" to table: "tax_registrations"
CREATE UNIQUE INDEX `taxregistration_source_source_ref` ON `tax_registrations` (`source`, `source_ref`);
-- create index "taxregistration_document_id" to table: "tax_registrations"
CREATE INDEX `taxregistration_document_id` ON `tax_registrations` (`document_id`);
-- create index "taxregistration_planned_to_id" to table: "tax_registrations"
CREATE INDEX `taxregistration_planned_to_id` ON `tax_registrations` (`planned_to`, `id`);
