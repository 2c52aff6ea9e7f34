#!/usr/bin/env bash
# Boots a kernel of Debian in QEMU and runs one script of tests/lab in it, as root: boot.sh NAME.sh [MEMORY_MIB]
# The machine has two processors, no disk and no network but loopback, control groups of version 2, busybox, bash, curl,
# gojq, iptables and the built programs ($KONEKSI, $KONEKSI_LOAD). Everything that it changes ends with it.
# Prints what the script prints, and ends with its exit status; 77 where the machine cannot be booted here. The log of
# script and kernel stays in $KONEKSI_LAB_LOGS/NAME.log, where that is set.
set -euo pipefail

: "${KONEKSI:?path of the panel}" "${KONEKSI_LOAD:?path of the load generator}"
script=$1
memory=${2:-1024}
tests=$(dirname -- "$(readlink -f -- "${BASH_SOURCE[0]}")")/../..
PATH=$PATH:/usr/sbin:/sbin
programs=(busybox bash curl gojq setpriv unshare xtables-legacy-multi)
modules=(nf_defrag_ipv4 nf_defrag_ipv6 libcrc32c nf_conntrack x_tables xt_conntrack xt_CT xt_tcpudp ip_tables
    iptable_raw iptable_filter) # in the order in which they are loaded
plugins=(CT conntrack standard tcp) # of iptables

# shellcheck source=tests/lab/machine/qemu.sh
source "$tests/lab/machine/qemu.sh"

copy_program() { # FILE: into bin, and the libraries that it is linked to
    local library
    cp -L -- "$1" "$tree/bin/"
    { ldd -- "$1" 2>/dev/null || true; } | grep -oE '/[^ ]+' | while IFS= read -r library; do
        [[ -e $tree$library ]] || install -D -m 755 -- "$library" "$tree$library"
    done || true
}

copy_modules() { # FOLDER: those that this kernel has not built in
    local module file
    for module in "${modules[@]}"; do
        file=$(find "$1" -name "$module.ko*" -print -quit)
        case $file in
        *.xz) xz -dc -- "$file" >"$tree/modules/$module.ko" ;;
        *.ko) cp -- "$file" "$tree/modules/$module.ko" ;;
        *) continue ;;
        esac
        printf '%s\n' "$module" >>"$tree/modules/order"
    done
}

copy_plugins() {
    local folder plugin
    folder=$(dirname -- "$(find /usr/lib -name libxt_conntrack.so -print -quit)")
    for plugin in "${plugins[@]}"; do
        install -D -- "$folder/libxt_$plugin.so" "$tree$folder/libxt_$plugin.so"
    done
}

build_tree() { # KERNEL: everything that the machine's memory begins with
    local name
    mkdir -p -- "$tree"/{bin,dev,etc,lib,modules,proc,run,sys,tmp,usr/lib,tests/integration}
    for name in "${programs[@]}"; do
        copy_program "$(command -v -- "$name")"
    done
    copy_program "$KONEKSI"
    copy_program "$KONEKSI_LOAD"
    copy_modules "${1%/boot/*}/lib/modules"
    copy_plugins
    printf '%s:x:%s:%s::/tmp:/bin/sh\n' root 0 0 one 1001 1001 two 1002 1002 >"$tree/etc/passwd"
    printf '%s:x:%s:\n' root 0 one 1001 two 1002 >"$tree/etc/group"
    cp -r -- "$tests/lab" "$tree/tests/"
    cp -- "$tests"/integration/{,processes_}lib.sh "$tree/tests/integration/"
    mv -- "$tree/tests/lab/machine/init" "$tree/init"
    chmod -R go+rX "$tree"
    chmod 755 "$tree/init" "$tree"/bin/*
}

check_needs xz "${programs[@]}"
kernel=$(bash "$tests/lab/machine/kernel.sh") || skip "${kernel#SKIPPED: }"
work=$(mktemp -d "${TMPDIR:-/tmp}/koneksi lab.XXXXXX")
trap 'rm -rf -- "$work"' EXIT
tree=$work/tree
build_tree "$kernel"
(cd -- "$tree" && find . | busybox cpio -o -H newc -R 0:0 2>/dev/null) >"$work/initramfs"
rm -rf -- "$tree"
run_machine "$memory" "script=$script" -initrd "$work/initramfs"
