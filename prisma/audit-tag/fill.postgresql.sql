-- Fills the table of tags from the audit log. It can be run while entries are written, and again.
INSERT INTO "AuditTag" ("key", "value", "seq")
SELECT left(tag.key, 128), left(item.value #>> '{}', 256), entry."seq"
FROM "AuditLog" AS entry
CROSS JOIN LATERAL jsonb_each(
  CASE WHEN jsonb_typeof(entry."tags") = 'object' THEN entry."tags" ELSE '{}' END
) AS tag
CROSS JOIN LATERAL jsonb_array_elements(
  CASE WHEN jsonb_typeof(tag.value) = 'array' THEN tag.value ELSE jsonb_build_array(tag.value) END
) AS item
WHERE jsonb_typeof(item.value) IN ('string', 'number', 'boolean')
ON CONFLICT DO NOTHING;
