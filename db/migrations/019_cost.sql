-- What the clients of a run took of the load generator: its CPU time, and the memory of the most that were alive at the
-- same time. Of earlier runs what their samples say; of client processes, whose memory was not sampled, the first alone.
ALTER TABLE runs ADD COLUMN client_cpu_us INTEGER;
ALTER TABLE runs ADD COLUMN client_memory_bytes INTEGER;

UPDATE runs SET client_cpu_us = (SELECT nullif(max(client_cpu_us), 0) FROM run_samples WHERE run = runs.id);

WITH sampled AS (
    SELECT run, client_rss_bytes AS bytes, client_connections AS connections,
           first_value(client_rss_bytes) OVER (PARTITION BY run ORDER BY position) AS first_bytes,
           row_number() OVER (PARTITION BY run ORDER BY client_connections DESC, position DESC) AS place
    FROM run_samples
    WHERE client_rss_bytes > 0
)
UPDATE runs
SET client_memory_bytes = nullif((bytes - first_bytes) / connections * start_peak_clients, 0)
FROM sampled
WHERE run = runs.id AND place = 1 AND connections > 0 AND bytes > first_bytes AND mode <> 'process';

PRAGMA user_version = 19;
