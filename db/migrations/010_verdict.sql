-- What stopped the clients that failed, as columns and facts (loadgen/verdict/facts.def) in place of one JSON object with
-- a text. The text that an earlier version stored stays readable, as a fact of its own. verdict_kind is NULL when nothing
-- is to be explained.
ALTER TABLE runs ADD COLUMN verdict_kind TEXT;
ALTER TABLE runs ADD COLUMN verdict_name TEXT;
ALTER TABLE runs ADD COLUMN verdict_side TEXT;
ALTER TABLE runs ADD COLUMN verdict_value INTEGER;
ALTER TABLE runs ADD COLUMN verdict_reached INTEGER;
ALTER TABLE runs ADD COLUMN verdict_needed INTEGER;
ALTER TABLE runs ADD COLUMN verdict_certainty TEXT;
ALTER TABLE runs ADD COLUMN verdict_facts TEXT;

-- Members of another type than they should have become NULL, as does a number beyond SQLite's integers, which is a REAL:
-- another program may have written them.
CREATE TEMP VIEW earlier AS
SELECT id, binding_limit AS was,
       iif(json_type(binding_limit, '$.name') = 'text', json_extract(binding_limit, '$.name'), NULL) AS name,
       iif(json_type(binding_limit, '$.side') = 'text', json_extract(binding_limit, '$.side'), NULL) AS side,
       iif(typeof(json_extract(binding_limit, '$.value')) = 'integer' AND json_type(binding_limit, '$.value') = 'integer',
           json_extract(binding_limit, '$.value'), NULL) AS value,
       iif(typeof(json_extract(binding_limit, '$.reached')) = 'integer' AND json_type(binding_limit, '$.reached') = 'integer',
           json_extract(binding_limit, '$.reached'), NULL) AS reached,
       iif(json_type(binding_limit, '$.certainty') = 'text', json_extract(binding_limit, '$.certainty'), NULL) AS certainty,
       iif(json_type(binding_limit, '$.slow_side') = 'text', json_extract(binding_limit, '$.slow_side'), NULL) AS slow,
       iif(json_type(binding_limit, '$.evidence') = 'text', json_extract(binding_limit, '$.evidence'), '') AS evidence,
       iif(json_type(binding_limit, '$.proof') = 'object', json_extract(binding_limit, '$.proof'), NULL) AS proof
FROM runs
WHERE CASE WHEN json_valid(binding_limit) THEN json_type(binding_limit) END = 'object';

UPDATE runs
SET verdict_kind = iif(name IS NULL, 'unknown', 'limit'),
    verdict_name = name,
    verdict_side = coalesce(side, slow),
    verdict_value = value,
    verdict_reached = reached,
    verdict_certainty = iif(certainty = 'proved by experiment', 'proved', coalesce(certainty, 'unknown')),
    verdict_facts = CASE
        WHEN proof IS NULL THEN json_array(json_object('fact', 'recorded', 'text', evidence))
        ELSE json_array(json_object('fact', 'recorded', 'text', evidence), json_patch('{"fact":"proof"}', proof))
    END
FROM earlier
WHERE earlier.id = runs.id;

-- What is no such object cannot be read; it is kept as it was found.
UPDATE runs
SET verdict_kind = 'unknown',
    verdict_certainty = 'unknown',
    verdict_facts = json_array(json_object('fact', 'recorded', 'text', binding_limit))
WHERE binding_limit IS NOT NULL AND verdict_kind IS NULL;

DROP VIEW earlier;
ALTER TABLE runs DROP COLUMN binding_limit;

PRAGMA user_version = 10;
