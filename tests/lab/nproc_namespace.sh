#!/usr/bin/env bash
# RLIMIT_NPROC for root of a user namespace: only root of the first namespace is exempt.
source "$(dirname -- "$0")/lib.sh"

as_user one 150
panel_with 'case ${step-} in
"") step=user exec setpriv --reuid 1001 --regid 1001 --clear-groups "$0" "$@" ;;
user) ulimit -u 150; step=root exec unshare --user --map-root-user "$0" "$@" ;;
esac' --model epoll
expect_ceiling "ulimit -u 150, root of a user namespace" RLIMIT_NPROC client 150 process 500 2
panel_stop
