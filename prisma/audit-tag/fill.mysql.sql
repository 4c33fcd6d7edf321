-- Fills the table of tags from the audit log. It can be run while entries are written, and again.
INSERT IGNORE INTO `AuditTag` (`key`, `value`, `seq`)
SELECT LEFT(item.name, 128), LEFT(JSON_UNQUOTE(item.json), 256), item.seq
FROM (
  SELECT tag.seq, tag.name, JSON_EXTRACT(tag.list, CONCAT('$[', place.n - 1, ']')) AS json
  FROM (
    SELECT
      given.seq,
      given.name,
      IF(JSON_TYPE(given.json) = 'ARRAY', given.json, CONCAT('[', given.json, ']')) AS list
    FROM (
      SELECT
        entry.`seq` AS seq,
        known.name,
        JSON_EXTRACT(JSON_EXTRACT(entry.`tags`, '$.*'), CONCAT('$[', known.n - 1, ']')) AS json
      FROM `AuditLog` AS entry
      JOIN JSON_TABLE(
        JSON_KEYS(entry.`tags`),
        '$[*]' COLUMNS (n FOR ORDINALITY, name LONGTEXT PATH '$')
      ) AS known
    ) AS given
  ) AS tag
  JOIN JSON_TABLE(tag.list, '$[*]' COLUMNS (n FOR ORDINALITY)) AS place
) AS item
WHERE JSON_TYPE(item.json) NOT IN ('NULL', 'OBJECT', 'ARRAY');
