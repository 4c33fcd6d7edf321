-- The tables of the models in schema.prisma, for MariaDB and MySQL. Maintained by hand, because
-- Prisma's schema engine knows these databases only as a binary that not every network can fetch;
-- mysql-ddl.test.ts holds it against the models.

CREATE TABLE `users` (
  `id` INTEGER NOT NULL AUTO_INCREMENT,
  `email` VARCHAR(191) NOT NULL,
  `name` VARCHAR(191) NULL,
  `role` ENUM('MEMBER', 'ADMIN', 'read-only auditor') NOT NULL DEFAULT 'MEMBER',
  `password` VARCHAR(191) NOT NULL DEFAULT '',
  `credit` DECIMAL(65,30) NOT NULL DEFAULT 0,
  `settings` JSON NULL,
  `last_seen_at` DATETIME(3) NULL,
  `created_at` DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
  `updated_at` DATETIME(3) NOT NULL,
  UNIQUE INDEX `users_email_key`(`email`),
  PRIMARY KEY (`id`)
);

CREATE TABLE `Profile` (
  `id` INTEGER NOT NULL AUTO_INCREMENT,
  `bio` VARCHAR(191) NULL,
  `user_id` INTEGER NOT NULL,
  UNIQUE INDEX `Profile_user_id_key`(`user_id`),
  PRIMARY KEY (`id`)
);

CREATE TABLE `Post` (
  `id` INTEGER NOT NULL AUTO_INCREMENT,
  `title` VARCHAR(191) NOT NULL,
  `content` VARCHAR(191) NULL,
  `status` ENUM('draft', 'published', 'archived') NOT NULL DEFAULT 'draft',
  `views` INTEGER NOT NULL DEFAULT 0,
  `metadata` JSON NULL,
  `author_id` INTEGER NOT NULL,
  `reviewerId` INTEGER NULL,
  `createdAt` DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
  `updatedAt` DATETIME(3) NOT NULL,
  PRIMARY KEY (`id`)
);

CREATE TABLE `Comment` (
  `id` INTEGER NOT NULL AUTO_INCREMENT,
  `body` VARCHAR(191) NOT NULL,
  `postId` INTEGER NOT NULL,
  `authorId` INTEGER NOT NULL,
  PRIMARY KEY (`id`)
);

CREATE TABLE `Tag` (
  `id` INTEGER NOT NULL AUTO_INCREMENT,
  `name` VARCHAR(191) NOT NULL,
  UNIQUE INDEX `Tag_name_key`(`name`),
  PRIMARY KEY (`id`)
);

CREATE TABLE `Category` (
  `id` INTEGER NOT NULL AUTO_INCREMENT,
  `name` VARCHAR(191) NOT NULL,
  `parentId` INTEGER NULL,
  PRIMARY KEY (`id`)
);

CREATE TABLE `Product` (
  `id` INTEGER NOT NULL AUTO_INCREMENT,
  `sku` VARCHAR(191) NOT NULL,
  `name` VARCHAR(191) NOT NULL,
  `price` DECIMAL(65,30) NOT NULL,
  `categoryId` INTEGER NOT NULL,
  UNIQUE INDEX `Product_sku_key`(`sku`),
  PRIMARY KEY (`id`)
);

CREATE TABLE `Team` (
  `id` INTEGER NOT NULL AUTO_INCREMENT,
  `name` VARCHAR(191) NOT NULL,
  PRIMARY KEY (`id`)
);

CREATE TABLE `Membership` (
  `userId` INTEGER NOT NULL,
  `teamId` INTEGER NOT NULL,
  `role` ENUM('MEMBER', 'ADMIN', 'read-only auditor') NOT NULL DEFAULT 'MEMBER',
  `joinedAt` DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
  PRIMARY KEY (`userId`, `teamId`)
);

CREATE TABLE `Subscription` (
  `id` INTEGER NOT NULL AUTO_INCREMENT,
  `plan` VARCHAR(191) NOT NULL,
  `userEmail` VARCHAR(191) NOT NULL,
  PRIMARY KEY (`id`)
);

CREATE TABLE `prices` (
  `tenant_id` VARCHAR(191) NOT NULL,
  `code` VARCHAR(191) NOT NULL,
  `amount` DECIMAL(65,30) NOT NULL,
  `currency` VARCHAR(191) NOT NULL DEFAULT 'EUR',
  PRIMARY KEY (`tenant_id`, `code`)
);

CREATE TABLE `PriceChange` (
  `id` INTEGER NOT NULL AUTO_INCREMENT,
  `tenantId` VARCHAR(191) NOT NULL,
  `code` VARCHAR(191) NOT NULL,
  `reason` VARCHAR(191) NOT NULL,
  PRIMARY KEY (`id`)
);

CREATE TABLE `LedgerEntry` (
  `id` BIGINT NOT NULL,
  `amount` BIGINT NOT NULL,
  `memo` VARCHAR(191) NULL,
  PRIMARY KEY (`id`)
);

CREATE TABLE `Document` (
  `id` VARCHAR(191) NOT NULL,
  `title` VARCHAR(191) NOT NULL,
  `body` VARCHAR(191) NOT NULL DEFAULT '',
  PRIMARY KEY (`id`)
);

CREATE TABLE `Ticket` (
  `id` VARCHAR(191) NOT NULL,
  `subject` VARCHAR(191) NOT NULL,
  PRIMARY KEY (`id`)
);

CREATE TABLE `Device` (
  `id` VARCHAR(191) NOT NULL,
  `name` VARCHAR(191) NOT NULL,
  `online` BOOLEAN NOT NULL DEFAULT false,
  PRIMARY KEY (`id`)
);

CREATE TABLE `Setting` (
  `key` VARCHAR(191) NOT NULL,
  `value` JSON NOT NULL,
  `note` VARCHAR(191) NULL,
  UNIQUE INDEX `Setting_key_key`(`key`)
);

CREATE TABLE `Translation` (
  `locale` VARCHAR(191) NOT NULL,
  `key` VARCHAR(191) NOT NULL,
  `text` VARCHAR(191) NOT NULL,
  UNIQUE INDEX `Translation_locale_key_key`(`locale`, `key`)
);

CREATE TABLE `Tick` (
  `at` DATETIME(3) NOT NULL,
  `value` DOUBLE NOT NULL,
  PRIMARY KEY (`at`)
);

CREATE TABLE `Attachment` (
  `digest` VARBINARY(32) NOT NULL,
  `name` VARCHAR(191) NOT NULL,
  `size` INTEGER NOT NULL,
  UNIQUE INDEX `Attachment_digest_key`(`digest`)
);

CREATE TABLE `Credential` (
  `id` INTEGER NOT NULL AUTO_INCREMENT,
  `label` VARCHAR(191) NOT NULL,
  `password` VARCHAR(191) NOT NULL,
  `token` VARCHAR(191) NULL,
  `api_key` VARCHAR(191) NULL,
  `iban` VARCHAR(191) NULL,
  `nationalId` VARCHAR(191) NULL,
  `notes` VARCHAR(191) NULL,
  `createdAt` DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
  PRIMARY KEY (`id`)
);

CREATE TABLE `Heartbeat` (
  `id` INTEGER NOT NULL AUTO_INCREMENT,
  `host` VARCHAR(191) NOT NULL,
  `at` DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
  PRIMARY KEY (`id`)
);

CREATE TABLE `order` (
  `id` INTEGER NOT NULL AUTO_INCREMENT,
  `select` VARCHAR(191) NOT NULL,
  `from` VARCHAR(191) NOT NULL,
  `group` VARCHAR(191) NULL,
  `where` VARCHAR(191) NULL,
  `order` INTEGER NOT NULL DEFAULT 0,
  `data` JSON NULL,
  `update` BOOLEAN NOT NULL DEFAULT false,
  PRIMARY KEY (`id`)
);

CREATE TABLE `Everything` (
  `id` INTEGER NOT NULL AUTO_INCREMENT,
  `string` VARCHAR(191) NOT NULL,
  `stringOpt` VARCHAR(191) NULL,
  `boolean` BOOLEAN NOT NULL,
  `booleanOpt` BOOLEAN NULL,
  `int` INTEGER NOT NULL,
  `intOpt` INTEGER NULL,
  `bigInt` BIGINT NOT NULL,
  `bigIntOpt` BIGINT NULL,
  `float` DOUBLE NOT NULL,
  `floatOpt` DOUBLE NULL,
  `decimal` DECIMAL(65,30) NOT NULL,
  `decimalOpt` DECIMAL(65,30) NULL,
  `dateTime` DATETIME(3) NOT NULL,
  `dateTimeOpt` DATETIME(3) NULL,
  `json` JSON NOT NULL,
  `jsonOpt` JSON NULL,
  `bytes` LONGBLOB NOT NULL,
  `bytesOpt` LONGBLOB NULL,
  `role` ENUM('MEMBER', 'ADMIN', 'read-only auditor') NOT NULL,
  `roleOpt` ENUM('MEMBER', 'ADMIN', 'read-only auditor') NULL,
  PRIMARY KEY (`id`)
);

CREATE TABLE `Native` (
  `id` INTEGER NOT NULL AUTO_INCREMENT,
  `date` DATE NULL,
  `time` TIME(3) NULL,
  `timestamp` TIMESTAMP(6) NULL,
  `char` CHAR(8) NULL,
  `text` TEXT NULL,
  `smallInt` SMALLINT NULL,
  `real` FLOAT NULL,
  `uuid` CHAR(36) NULL,
  `decimal` DECIMAL(20,8) NULL,
  `plainJson` JSON NULL,
  `unsigned` INTEGER UNSIGNED NULL,
  `inet` VARCHAR(191) NULL,
  PRIMARY KEY (`id`)
);

CREATE TABLE `invoices` (
  `id` INTEGER NOT NULL AUTO_INCREMENT,
  `number` VARCHAR(191) NOT NULL,
  `status` ENUM('OPEN', 'paid in full', 'VOID') NOT NULL DEFAULT 'OPEN',
  `total` DECIMAL(65,30) NOT NULL DEFAULT 0,
  UNIQUE INDEX `invoices_number_key`(`number`),
  PRIMARY KEY (`id`)
);

CREATE TABLE `invoice_lines` (
  `id` INTEGER NOT NULL AUTO_INCREMENT,
  `invoice_id` INTEGER NOT NULL,
  `text` VARCHAR(191) NOT NULL,
  `amount` DECIMAL(65,30) NOT NULL,
  PRIMARY KEY (`id`)
);

CREATE TABLE `AuditLog` (
  `seq` BIGINT NOT NULL AUTO_INCREMENT,
  `id` CHAR(32) NOT NULL,
  `traceId` CHAR(32) NOT NULL,
  `parentId` CHAR(32) NULL,
  `createdAt` DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
  `action` VARCHAR(191) NOT NULL,
  `outcome` VARCHAR(191) NOT NULL DEFAULT 'success',
  `reason` TEXT NULL,
  `entity` VARCHAR(191) NOT NULL,
  `entityId` VARCHAR(512) NULL,
  `actorId` VARCHAR(191) NULL,
  `actorType` VARCHAR(191) NOT NULL DEFAULT 'system',
  `actorName` VARCHAR(191) NULL,
  `onBehalfOf` VARCHAR(191) NULL,
  `tenantId` VARCHAR(191) NULL,
  `source` VARCHAR(191) NOT NULL DEFAULT 'client',
  `before` JSON NULL,
  `after` JSON NULL,
  `changed` JSON NULL,
  `tags` JSON NULL,
  `request` JSON NULL,
  `version` INTEGER NOT NULL DEFAULT 1,
  UNIQUE INDEX `AuditLog_id_key`(`id`),
  INDEX `AuditLog_entity_entityId_seq_idx`(`entity`, `entityId`, `seq`),
  INDEX `AuditLog_entity_seq_idx`(`entity`, `seq`),
  INDEX `AuditLog_actorId_seq_idx`(`actorId`, `seq`),
  INDEX `AuditLog_traceId_seq_idx`(`traceId`, `seq`),
  INDEX `AuditLog_tenantId_seq_idx`(`tenantId`, `seq`),
  INDEX `AuditLog_action_seq_idx`(`action`, `seq`),
  INDEX `AuditLog_outcome_seq_idx`(`outcome`, `seq`),
  INDEX `AuditLog_createdAt_seq_idx`(`createdAt`, `seq`),
  PRIMARY KEY (`seq`)
);

CREATE TABLE `AuditTag` (
  `key` VARCHAR(128) NOT NULL,
  `value` VARCHAR(256) NOT NULL,
  `seq` BIGINT NOT NULL,
  PRIMARY KEY (`key`, `value`, `seq`)
);

CREATE TABLE `_Follows` (
  `A` INTEGER NOT NULL,
  `B` INTEGER NOT NULL,
  UNIQUE INDEX `_Follows_AB_unique`(`A`, `B`),
  INDEX `_Follows_B_index`(`B`)
);

CREATE TABLE `_PostToTag` (
  `A` INTEGER NOT NULL,
  `B` INTEGER NOT NULL,
  UNIQUE INDEX `_PostToTag_AB_unique`(`A`, `B`),
  INDEX `_PostToTag_B_index`(`B`)
);

ALTER TABLE `Profile` ADD CONSTRAINT `Profile_user_id_fkey` FOREIGN KEY (`user_id`)
  REFERENCES `users`(`id`) ON DELETE CASCADE ON UPDATE CASCADE;

ALTER TABLE `Post` ADD CONSTRAINT `Post_author_id_fkey` FOREIGN KEY (`author_id`)
  REFERENCES `users`(`id`) ON DELETE CASCADE ON UPDATE CASCADE;

ALTER TABLE `Post` ADD CONSTRAINT `Post_reviewerId_fkey` FOREIGN KEY (`reviewerId`)
  REFERENCES `users`(`id`) ON DELETE SET NULL ON UPDATE CASCADE;

ALTER TABLE `Comment` ADD CONSTRAINT `Comment_postId_fkey` FOREIGN KEY (`postId`)
  REFERENCES `Post`(`id`) ON DELETE CASCADE ON UPDATE CASCADE;

ALTER TABLE `Comment` ADD CONSTRAINT `Comment_authorId_fkey` FOREIGN KEY (`authorId`)
  REFERENCES `users`(`id`) ON DELETE CASCADE ON UPDATE CASCADE;

ALTER TABLE `Category` ADD CONSTRAINT `Category_parentId_fkey` FOREIGN KEY (`parentId`)
  REFERENCES `Category`(`id`) ON DELETE SET NULL ON UPDATE NO ACTION;

ALTER TABLE `Product` ADD CONSTRAINT `Product_categoryId_fkey` FOREIGN KEY (`categoryId`)
  REFERENCES `Category`(`id`) ON DELETE RESTRICT ON UPDATE CASCADE;

ALTER TABLE `Membership` ADD CONSTRAINT `Membership_userId_fkey` FOREIGN KEY (`userId`)
  REFERENCES `users`(`id`) ON DELETE CASCADE ON UPDATE CASCADE;

ALTER TABLE `Membership` ADD CONSTRAINT `Membership_teamId_fkey` FOREIGN KEY (`teamId`)
  REFERENCES `Team`(`id`) ON DELETE CASCADE ON UPDATE CASCADE;

ALTER TABLE `Subscription` ADD CONSTRAINT `Subscription_userEmail_fkey` FOREIGN KEY (`userEmail`)
  REFERENCES `users`(`email`) ON DELETE CASCADE ON UPDATE CASCADE;

ALTER TABLE `PriceChange` ADD CONSTRAINT `PriceChange_tenantId_code_fkey` FOREIGN KEY (`tenantId`, `code`)
  REFERENCES `prices`(`tenant_id`, `code`) ON DELETE CASCADE ON UPDATE CASCADE;

ALTER TABLE `invoice_lines` ADD CONSTRAINT `invoice_lines_invoice_id_fkey` FOREIGN KEY (`invoice_id`)
  REFERENCES `invoices`(`id`) ON DELETE CASCADE ON UPDATE CASCADE;

ALTER TABLE `_Follows` ADD CONSTRAINT `_Follows_A_fkey` FOREIGN KEY (`A`)
  REFERENCES `users`(`id`) ON DELETE CASCADE ON UPDATE CASCADE;

ALTER TABLE `_Follows` ADD CONSTRAINT `_Follows_B_fkey` FOREIGN KEY (`B`)
  REFERENCES `users`(`id`) ON DELETE CASCADE ON UPDATE CASCADE;

ALTER TABLE `_PostToTag` ADD CONSTRAINT `_PostToTag_A_fkey` FOREIGN KEY (`A`)
  REFERENCES `Post`(`id`) ON DELETE CASCADE ON UPDATE CASCADE;

ALTER TABLE `_PostToTag` ADD CONSTRAINT `_PostToTag_B_fkey` FOREIGN KEY (`B`)
  REFERENCES `Tag`(`id`) ON DELETE CASCADE ON UPDATE CASCADE;

CREATE TABLE `AuditExecutionLog` (
  `seq` BIGINT NOT NULL AUTO_INCREMENT,
  `traceId` CHAR(32) NOT NULL,
  `parentId` CHAR(32) NULL,
  `loggedAt` DATETIME(3) NOT NULL,
  `level` VARCHAR(191) NOT NULL,
  `message` TEXT NOT NULL,
  `logger` VARCHAR(191) NULL,
  `fields` JSON NULL,
  INDEX `AuditExecutionLog_traceId_seq_idx`(`traceId`, `seq`),
  PRIMARY KEY (`seq`)
);
