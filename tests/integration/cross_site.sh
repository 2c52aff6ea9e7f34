#!/usr/bin/env bash
# Every route with every kind of Host, Origin, Sec-Fetch-Site and token. A few lines in cross_site.mjs, independent of the
# panel's code, say what is allowed.
source "$(dirname -- "$0")/lib.sh"

here=$(dirname -- "$(readlink -f -- "$0")")
token=$(printf '%032d' 7)
printf '%s\n' "$token" >"$work/token"
chmod 600 "$work/token"

begin "without a token"
panel_start --model epoll
node "$here/cross_site.mjs" "$url"
api GET /runs
expect . '{"next":null,"runs":[]}'
panel_stop

begin "with a token"
panel_start --model epoll --token-file "$work/token"
node "$here/cross_site.mjs" "$url" "$token"
api GET /runs -H "Authorization: Bearer $token"
expect . '{"next":null,"runs":[]}'
api GET /experiments -H "Authorization: Bearer $token"
expect . '{"experiments":[],"next":null}'
panel_stop
