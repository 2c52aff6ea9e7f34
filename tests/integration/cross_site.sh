#!/usr/bin/env bash
# Every route against every Host, Origin, Sec-Fetch-Site and token that there may be: what is allowed and what not is as
# a few lines in cross_site.mjs have it, which know nothing of the panel's code.
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

begin "with one"
panel_start --model epoll --token-file "$work/token"
node "$here/cross_site.mjs" "$url" "$token"
api GET /runs -H "Authorization: Bearer $token"
expect . '{"next":null,"runs":[]}'
api GET /experiments -H "Authorization: Bearer $token"
expect . '{"experiments":[],"next":null}'
panel_stop
