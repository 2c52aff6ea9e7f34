#!/usr/bin/env bash
# koneksi import: the runs and experiments of other databases come along with all their parts and their host, once; ids
# within them follow.
source "$(dirname -- "$0")/import_lib.sh"

parts=(errors errors.csv limits histogram samples samples.csv transcript transcript.txt)

keep_answers() { # FOLDER FIRST_RUN RUNS FIRST_EXPERIMENT EXPERIMENTS: of that panel, without the ids
    local i part
    mkdir -- "$1"
    for i in 0 1 $(($3 - 1)); do
        for part in "${parts[@]}"; do
            api GET "/runs/$(($2 + i))/$part"
            expect_status 200
            cp -- "$body" "$1/run $i $part"
        done
    done
    api GET "/runs?limit=$3"
    jq ".runs[] | .id -= $2 | .experiment |= (if . then . - $4 else . end)
        | if .verdict then .verdict.facts[] |= (if .fact == \"proof\" then .experiment -= $4 else . end)
            | .verdict.sentence |= gsub(\"experiment [0-9]+\"; \"experiment\") else . end" -- "$body" >"$1/runs"
    for ((i = 0; i < $5; i++)); do
        api GET "/experiments/$(($4 + i))"
        expect_status 200
        jq "del(.id) | .runs[] -= $2 | if .asked.run then .asked.run -= $2 else . end
            | if .result.run? then .result.run -= $2 else . end
            | .message |= gsub(\"run [0-9]+\"; \"run\")" -- "$body" >"$1/experiment $i"
    done
}

begin "a database with runs, a ceiling, a proof and a cancelled experiment"
panel_start --model epoll
run_do '{"mode":"thread","count":50,"label":"a=b"}'
run_do '{"mode":"thread","count":60,"hold":true,"timeout_ms":2000,"limits":{"nofile":40}}'
failed=$run
expect_that '.totals.failed > 0'
experiment_do '{"kind":"ceiling","mode":"event","limits":{"nofile":64},"max":200}'
ceiling=$experiment
experiment_do "{\"kind\":\"proof\",\"run\":$failed}"
expect .result.moved true
api GET "/runs/$failed"
expect '[.verdict.facts[] | select(.fact == "proof") | .experiment]' "[$experiment]"
experiment_submit '{"kind":"sweep","modes":["event"],"counts":[10000000],"repeats":1}'
experiment_until '.runs | length > 0'
cancelled=$(jq '.runs[0]' -- "$body")
api POST "/runs/$cancelled/cancel"
experiment_over
expect .message "run $cancelled was cancelled"
experiments=$experiment
runs=$cancelled
keep_answers "$work/before" 1 "$runs" 1 "$experiments"
panel_stop
other=$work/other.db
mv -- "$db" "$other"

begin "imported into a database that has other runs"
panel_start --model epoll
run_do '{"mode":"event","count":7}'
run_do '{"mode":"event","count":8}'
experiment_do '{"kind":"sweep","modes":["event"],"counts":[5],"repeats":1}'
own=$(jq '.runs[0]' -- "$body")
panel_stop
sqlite3 -batch "$db" "UPDATE runs SET host_name = 'second', host_fingerprint = '0123456789abcdef';
    UPDATE experiments SET host_name = 'second'"
before=$(sha256sum <"$other")
import 0 "$other"
said "$other: $runs runs and $experiments experiments added; 0 runs and 0 experiments already there"
expect_equal "the other database" "$before" "$(sha256sum <"$other")"
expect_equal "what is beside it" '' "$(find "$work" -name 'other.db?*')"
whole "$db"

begin "everything is as it was there"
panel_start --model epoll
keep_answers "$work/after" $((own + 1)) "$runs" $((experiment + 1)) "$experiments"
diff -r -- "$work/before" "$work/after" >"$work/diff" || fail "it differs: $(head -c 2000 -- "$work/diff")"
api GET "/experiments/$((experiment + experiments))"
expect .message "run $((own + cancelled)) was cancelled"

begin "the runs of both machines are told apart"
api GET "/compare?runs=1,$((own + 1))"
expect_status 200
expect_that '.differences[] | select(.name == "host.name") | .values | length == 2 and .[0] == {"value":"second","runs":[1]}'
expect '.runs[0].run.host | [.name, .fingerprint]' '["second","0123456789abcdef"]'
expect '.runs[1].run.host.name' "$(uname -n)"
expect '.runs[1].run.host.kernel' "$(uname -r)"
api GET /runs.csv
columns=$(head -n 1 -- "$body" | tr -d '\r' | tr , '\n' | grep -nxE 'host|kernel|fingerprint' | cut -d: -f1 | paste -sd,)
expect_equal "the first run's" "second,$(uname -r),0123456789abcdef" "$(grep '^1,' -- "$body" | tr -d '\r' | cut -d, -f"$columns")"
side=$(head -n 1 -- "$body" | tr -d '\r' | tr , '\n' | grep -nx verdict_side | cut -d: -f1)
expect_equal "what stopped no clients" "," "$(grep '^1,' -- "$body" | tr -d '\r' | cut -d, -f"$((side - 1)),$side")"
api GET /experiments.csv
expect_status 200
expect_equal "rows" $((experiment + experiments)) "$(grep -c '^[0-9]' -- "$body")"
grep -q "^$experiment,sweep,completed,.*,second,.*,,,,"$'\r'"\?$" -- "$body" ||
    fail "experiment $experiment has another host, or something that stopped clients: $(answer)"
grep -qE "^$((experiment + ceiling)),ceiling,completed,.*,$(uname -n),.*,event,true,.*,RLIMIT_NOFILE,limit," -- "$body" ||
    fail "the ceiling is not there: $(answer)"
panel_stop

begin "imported again, also by way of a third database: nothing is added"
rows "$db" >"$work/rows"
import 0 "$other" "$other"
said "$other: 0 runs and 0 experiments added; $runs runs and $experiments experiments already there"
rows "$db" | diff -- "$work/rows" - >"$work/diff" || fail "it changed: $(head -c 2000 -- "$work/diff")"
merged=$db
db=$work/third.db
import 0 "$merged"
said "$merged: $((own + runs)) runs and $((experiment + experiments)) experiments added"
import 0 "$other"
said "$other: 0 runs and 0 experiments added"
db=$merged
import 0 "$work/third.db"
said "0 runs and 0 experiments added; $((own + runs)) runs and $((experiment + experiments)) experiments already there"
rows "$db" | diff -- "$work/rows" - >"$work/diff" || fail "it changed: $(head -c 2000 -- "$work/diff")"

begin "an id in it whose row was deleted leads to no other row"
cp -- "$other" "$work/deleted.db"
sqlite3 -batch "$work/deleted.db" "PRAGMA foreign_keys = ON; DELETE FROM runs WHERE id = $failed"
db=$work/fourth.db
import 0 "$work/deleted.db"
asked=$(sqlite3 -batch "$db" "SELECT json_extract(asked, '$.run') FROM experiments WHERE kind = 'proof'")
panel_start
api GET "/runs/$asked"
expect_status 404
run_do '{"mode":"event","count":5}'
[[ $run != "$asked" ]] || fail "run $asked was given to another run"
panel_stop
db=$merged

begin "what is under way is left out"
cp -- "$other" "$work/pending.db"
sqlite3 -batch "$work/pending.db" "UPDATE runs SET status = 'running' WHERE id = 1;
    UPDATE experiments SET status = 'running' WHERE id = $ceiling"
left=$(sqlite3 -batch "$work/pending.db" "SELECT 1 + count(*) FROM runs WHERE experiment = $ceiling")
import 0 "$work/pending.db"
said "; $left runs and 1 experiment left out, because they are not over"

begin "a panel whose machine has another name: its runs keep it in the merged history"
host=koneksi-second
rename="{ hostname $host || echo $host >/proc/sys/kernel/hostname; } 2>/dev/null"
namespace=
for each in '--uts' '--user --map-root-user --uts'; do
    # shellcheck disable=SC2086 # several words
    [[ -n $namespace ]] || ! unshare $each bash -c "$rename" 2>/dev/null || namespace=$each
done
if [[ -z $namespace ]]; then
    skip_part "a machine of another name" "this account can make no UTS namespace (unshare --uts)"
    exit
fi
db=$work/second.db
readonly program=$KONEKSI
KONEKSI=$work/second
# shellcheck disable=SC2016 # for the inner shell
printf '#!/usr/bin/env bash\nexec unshare %s bash -c %q %q "$@"\n' "$namespace" \
    "$rename && exec \"\$0\" \"\$@\"" "$program" >"$KONEKSI"
chmod 755 "$KONEKSI"
panel_start
KONEKSI=$program
run_do '{"mode":"thread","count":6,"label":"on the second"}'
expect .host.name "$host"
experiment_do '{"kind":"sweep","modes":["event"],"counts":[4],"repeats":1}'
expect .host.name "$host"
panel_stop
db=$merged
import 0 "$work/second.db"
said "$work/second.db: 2 runs and 1 experiment added; 0 runs and 0 experiments already there"
import 0 "$work/second.db"
said "$work/second.db: 0 runs and 0 experiments added; 2 runs and 1 experiment already there"
panel_start
api GET "/runs?q=on%20the%20second"
expect '[.runs[].host.name]' "[\"$host\"]"
second=$(jq '.runs[0].id' -- "$body")
api GET "/compare?runs=$second,$((own + 1))"
expect_that "[.differences[] | select(.name == \"host.name\") | .values[].value] | sort == ([\"$host\", \"$(uname -n)\"] | sort)"
api GET /experiments.csv
grep -q ",$host," -- "$body" || fail "the experiment's host is not there: $(answer)"
panel_stop
