#!/usr/bin/env bash
# The dashboard's JavaScript agrees with the API's description in the build folder $1 and with its JSDoc types, and shows
# every text of its catalogue: the keys that are not for names of the API's tables stand in a module or a page.
set -euo pipefail
KONEKSI_OPENAPI=$(realpath "$1")/openapi.json
export KONEKSI_OPENAPI
cd static
npm run --silent check
computed='^(n|mode|mode_help|model|model_help|field|field_help|exchange|exchange_help|request|status|phase|side|certainty|scope|env|late|served_help|refused|message|theme|what|limit|end|uring)[.]'
grep -ohE "'[a-z][A-Za-z0-9_. ]*':" js/words/en.js js/words/en_pages.js js/words/en_report.js | tr -d "':" | { grep -vE "$computed" || true; } | while read -r key; do
    grep -rqF --include=*.js --include=*.html --exclude-dir=words --exclude-dir=node_modules -e "'$key'" -e "\"$key\"" . ||
        { echo "no page shows the text '$key'" && exit 1; }
done
