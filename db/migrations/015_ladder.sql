-- An experiment has a prediction for each of its modes: {"thread":{...}}. Each lists in `ladder` every limit that stops
-- clients in turn, where earlier ones had one of them and the `next`. What is no prediction is left as it was found.
CREATE TEMP VIEW earlier AS
SELECT id,
       json_object('ceiling', json_extract(prediction, '$.ceiling'), 'limit', json_extract(prediction, '$.limit'),
                   'side', json_extract(prediction, '$.side'), 'value', json_extract(prediction, '$.value'),
                   'unit', json_extract(prediction, '$.unit'),
                   'shared', json(iif(json_type(prediction, '$.shared') = 'true', 'true', 'false'))) AS step,
       iif(json_type(prediction, '$.next') = 'object', json_extract(prediction, '$.next'), NULL) AS next,
       json_type(prediction, '$.limit') AS binds,
       json_extract(asked, '$.mode') AS mode
FROM experiments
WHERE CASE WHEN json_valid(prediction) THEN json_type(prediction) END = 'object'
  AND CASE WHEN json_valid(asked) THEN json_type(asked, '$.mode') END = 'text';

UPDATE experiments
SET prediction = json_object(mode, json_set(json_remove(prediction, '$.next'), '$.ladder', json(CASE
        WHEN binds = 'null' THEN json_array()
        WHEN next IS NULL THEN json_array(json(step))
        ELSE json_array(json(step), json(next))
    END)))
FROM earlier
WHERE earlier.id = experiments.id;

DROP VIEW earlier;

PRAGMA user_version = 15;
