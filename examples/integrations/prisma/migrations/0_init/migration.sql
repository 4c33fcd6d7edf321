-- CreateTable
CREATE TABLE "Note" (
    "id" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    "text" TEXT NOT NULL,
    "isDone" BOOLEAN NOT NULL DEFAULT false,
    "createdAt" DATETIME NOT NULL DEFAULT CURRENT_TIMESTAMP
);

-- CreateTable
CREATE TABLE "AuditLog" (
    "seq" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    "id" TEXT NOT NULL,
    "traceId" TEXT NOT NULL,
    "parentId" TEXT,
    "createdAt" DATETIME NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "action" TEXT NOT NULL,
    "outcome" TEXT NOT NULL DEFAULT 'success',
    "reason" TEXT,
    "entity" TEXT NOT NULL,
    "entityId" TEXT,
    "actorId" TEXT,
    "actorType" TEXT NOT NULL DEFAULT 'system',
    "actorName" TEXT,
    "onBehalfOf" TEXT,
    "tenantId" TEXT,
    "source" TEXT NOT NULL DEFAULT 'client',
    "before" JSONB,
    "after" JSONB,
    "changed" JSONB,
    "tags" JSONB,
    "request" JSONB,
    "version" INTEGER NOT NULL DEFAULT 1
);

-- CreateTable
CREATE TABLE "AuditTag" (
    "key" TEXT NOT NULL,
    "value" TEXT NOT NULL,
    "seq" INTEGER NOT NULL,

    PRIMARY KEY ("key", "value", "seq")
);

-- CreateTable
CREATE TABLE "AuditExecutionLog" (
    "seq" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    "traceId" TEXT NOT NULL,
    "parentId" TEXT,
    "loggedAt" DATETIME NOT NULL,
    "level" TEXT NOT NULL,
    "message" TEXT NOT NULL,
    "logger" TEXT,
    "fields" JSONB
);

-- CreateIndex
CREATE UNIQUE INDEX "AuditLog_id_key" ON "AuditLog"("id");

-- CreateIndex
CREATE INDEX "AuditLog_entity_entityId_seq_idx" ON "AuditLog"("entity", "entityId", "seq");

-- CreateIndex
CREATE INDEX "AuditLog_entity_seq_idx" ON "AuditLog"("entity", "seq");

-- CreateIndex
CREATE INDEX "AuditLog_actorId_seq_idx" ON "AuditLog"("actorId", "seq");

-- CreateIndex
CREATE INDEX "AuditLog_traceId_seq_idx" ON "AuditLog"("traceId", "seq");

-- CreateIndex
CREATE INDEX "AuditLog_tenantId_seq_idx" ON "AuditLog"("tenantId", "seq");

-- CreateIndex
CREATE INDEX "AuditLog_action_seq_idx" ON "AuditLog"("action", "seq");

-- CreateIndex
CREATE INDEX "AuditLog_outcome_seq_idx" ON "AuditLog"("outcome", "seq");

-- CreateIndex
CREATE INDEX "AuditLog_createdAt_seq_idx" ON "AuditLog"("createdAt", "seq");

-- CreateIndex
CREATE INDEX "AuditExecutionLog_traceId_seq_idx" ON "AuditExecutionLog"("traceId", "seq");
