#!/usr/bin/env bash
# Whatever another program or version wrote into the database: the panel starts, every route answers, the odd row is shown
# as such and hides no other.
source "$(dirname -- "$0")/lib.sh"

ask_everything() {
    node "$(dirname -- "$0")/odd_databases.mjs" "$url" || fail "an answer is not well-formed"
    api GET /runs
    expect '[.runs[].id]' '[4,3,2,1]'
    api GET /experiments
    expect '[.experiments[].id]' '[2,1]'
}

# The database as it was, with these changes.
odd() { # WHAT SQL
    begin "$1"
    cp -- "$work/whole.db" "$db"
    rm -f -- "$db-wal" "$db-shm"
    sqlite3 -batch "$db" "PRAGMA ignore_check_constraints = ON; $2"
    panel_start
    ask_everything
    api GET /runs/2
}

stop_odd() {
    panel_stop 'are shown as such|interrupted'
}

panel_start --model epoll
experiment_do '{"kind":"sweep","modes":["event"],"counts":[5],"repeats":2}'
run_do '{"mode":"event","count":300,"limits":{"nofile":200},"hold":true}'
experiment_do '{"kind":"sweep","modes":["event"],"counts":[5],"repeats":1}'
panel_stop
mv -- "$db" "$work/whole.db"

odd "texts that are not UTF-8, or not text" "
    UPDATE runs SET label = CAST(x'41ff42' AS TEXT), message = CAST(x'c3' AS TEXT), target = CAST(x'00' AS TEXT) WHERE id = 2;
    UPDATE run_transcript SET text = CAST(x'80' AS TEXT) WHERE run = 2;
    UPDATE error_traces SET message = CAST(x'ff' AS TEXT), frames = CAST(x'ff' AS TEXT);
    UPDATE run_limits SET source = CAST(x'ff' AS TEXT) WHERE run = 2;
    UPDATE experiments SET message = CAST(x'ff' AS TEXT) WHERE id = 1"
expect .label 'A?B'
expect_that '.message | startswith("stored value not as expected: ")'
stop_odd

odd "names that this version does not know" "
    UPDATE runs SET mode = 'quic', request = 'telnet' WHERE id = 2;
    UPDATE runs SET status = 'paused', verdict_kind = 'limit', verdict_name = 'RLIMIT_NEW', verdict_side = 'moon',
        verdict_certainty = 'sure', verdict_facts = '[{\"fact\":\"omen\"}]' WHERE id = 1;
    UPDATE run_limits SET name = 'RLIMIT_NEW' WHERE run = 2 AND side = 'client' AND name = 'RLIMIT_NOFILE';
    UPDATE run_transcript SET side = 'path' WHERE run = 2;
    UPDATE experiments SET prediction = '{\"limit\":\"RLIMIT_NEW\",\"side\":\"server\",\"ceiling\":5}' WHERE id = 1;
    UPDATE experiments SET kind = 'tomorrow', asked = '{\"kind\":\"tomorrow\"}' WHERE id = 2"
expect '[.mode, .request]' '["unknown","unknown"]'
expect_that '.message | contains("mode: not known to this version: \"quic\"")'
api GET /runs/1
expect '[.status, .verdict.kind, .verdict.name, .verdict.certainty, .verdict.facts]' '["unknown","unknown",null,"unknown",[]]'
api GET /runs/2/limits
expect_that '[.limits[] | select(.name == "unknown")] | length == 1'
api GET /runs/2/transcript
expect '[.transcript[].side] | unique' '["unknown"]'
api GET /experiments
expect '[.experiments[] | [.prediction, .result == null, .asked == {}]]' '[[null,true,true],[null,false,false]]'
expect_that '.experiments[0].message | contains("plan cannot be read")'
why=$(jq -r '.experiments[0].message' -- "$body")
stop_odd

odd "an experiment that ended because its plan cannot be read says so once" "
    UPDATE experiments SET kind = 'tomorrow', asked = '{\"kind\":\"tomorrow\"}', message = '${why//\'/\'\'}' WHERE id = 2"
api GET /experiments
expect '.experiments[0].message' "$why"
stop_odd

odd "JSON of another shape" "
    UPDATE runs SET environment = '[1]', cpu = '7', verdict_kind = 'unknown', verdict_facts = '{}' WHERE id = 2;
    UPDATE runs SET environment = '{\"a\":[' || substr(replace(hex(zeroblob(300)), '00', '1,'), 1, 599) || ']}' WHERE id = 1;
    UPDATE run_histograms SET histogram = 'x' WHERE run = 2 AND kind = 'connect';
    UPDATE experiments SET asked = '[]', prediction = '[]' WHERE id = 1"
expect '[.environment, .cpu]' '[null,null]'
api GET /runs/2/histogram
expect_that '.histogram.connect == [] and (.histogram.reply | length > 0) and (.message | length > 0)'
stop_odd

odd "numbers that cannot be, and rows that contradict each other" "
    UPDATE runs SET count = -5, completed = 9223372036854775807, duration_us = -1, created_ms = 9223372036854775807,
        experiment = 77 WHERE id = 2;
    UPDATE run_samples SET at_us = -1, client_fds = 9223372036854775807 WHERE run = 2;
    UPDATE run_samples SET position = -position WHERE run = 2 AND position = 1;
    UPDATE runs SET status = 'running' WHERE id = 1;
    INSERT INTO run_transcript (run, at_us, side, text) VALUES (99, 1, 'client', 'of no run')"
expect .count 0
expect_that '.message | contains("created_ms: not a moment")'
expect_equal "samples" "$(sqlite3 -batch "$db" 'SELECT count(*) FROM run_samples WHERE run = 2')" \
    "$(curl_quiet "$url/runs/2/samples" | jq '.samples | length')"
stop_odd

begin "a queued run that no generator can be started for fails, and the next one runs"
cp -- "$work/whole.db" "$db"
sqlite3 -batch "$db" "UPDATE runs SET status = 'queued', mode = 'quic' WHERE id = 4"
panel_start
run_over 4
expect .status failed
run_do '{"mode":"event","count":5}'
expect_all_completed 5
panel_stop
