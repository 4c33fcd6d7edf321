-- Fills the table of tags from the audit log. It can be run while entries are written, and again.
INSERT OR IGNORE INTO "AuditTag" ("key", "value", "seq")
SELECT
  substr(name, 1, 128),
  substr(CASE WHEN type IN ('text', 'true', 'false') THEN text ELSE coalesce(json, text) END, 1, 256),
  seq
FROM (
  SELECT
    entry."seq" AS seq,
    tag.key AS name,
    tag.type AS type,
    CASE WHEN tag.type IN ('true', 'false') THEN tag.type ELSE tag.value END AS text,
    entry."tags" -> tag.fullkey AS json
  FROM "AuditLog" AS entry, json_each(entry."tags") AS tag
  UNION ALL
  SELECT
    entry."seq",
    tag.key,
    item.type,
    CASE WHEN item.type IN ('true', 'false') THEN item.type ELSE item.value END,
    tag.value -> item.fullkey
  FROM
    "AuditLog" AS entry,
    json_each(entry."tags") AS tag,
    json_each(CASE WHEN tag.type = 'array' THEN tag.value ELSE '[]' END) AS item
)
WHERE type IN ('text', 'integer', 'real', 'true', 'false');
