#!/usr/bin/env bash
# fs.file-max: the open files of the machine. Root is exempt.
source "$(dirname -- "$0")/lib.sh"

as_user one
panel_with "$become" --model epoll
read -r used _ </proc/sys/fs/file-nr
most=$((used + 2000)) # the kernel's count is off by up to 32 for each processor
setting fs/file-max $most

begin "event loops stop where the machine's open files end: a client takes one on each side"
predict event 'count=3000&hold=true'
lab_run '{"mode":"event","count":3000,"hold":true,"timeout_ms":3000}'
row "fs.file-max 2,000 above what is open" event "$predicted" "$(completed)"
expect_equal "the limit of the prediction" fs.file-max "$predicted_by"
expect_near "completed clients" "$predicted" "$(completed)" 5
expect_verdict fs.file-max "client server" $most
panel_stop 'ENFILE'
