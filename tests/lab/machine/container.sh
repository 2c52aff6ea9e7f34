#!/usr/bin/env bash
# Builds the container image from this tree, as docs/installation.md says, and runs tests/lab/container.sh in a machine
# with a disk, systemd, podman and that image. The image is built on the host, where processors are fast; its base is
# made with debootstrap, and kept in the cache, for no registry of images need be reachable. Debian's mirror and, for
# packages of npm that are not cached, npm's registry must be. Needs root: debootstrap and mke2fs write files of others.
set -euo pipefail

script=container.sh
tests=$(dirname -- "$(readlink -f -- "${BASH_SOURCE[0]}")")/../..
base_name=docker.io/library/debian:bookworm-slim # as in the Containerfile
cache=${XDG_CACHE_HOME:-${HOME:-/tmp}/.cache}/koneksi
PATH=$PATH:/usr/sbin:/sbin
# shellcheck source=tests/lab/machine/qemu.sh
source "$tests/lab/machine/qemu.sh"

quietly() { # COMMAND...: prints its output where it fails
    "$@" >"$work/log" 2>&1 </dev/null || {
        printf 'FAILED: %s\n' "$*"
        tail -n 30 -- "$work/log"
        exit 1
    }
}

podman_in() { # FOLDER of its images ARGUMENTS...: leaves those of the host alone
    podman --root "$1" --runroot "$work/run" --tmpdir "$work/libpod" "${@:2}"
}

images() { # podman's arguments
    podman_in "$work/images" "$@"
}

build() { # NAME FOLDER [podman's options...]
    quietly images build --isolation chroot --network host --format docker -t "$1" "${@:3}" "$2"
}

# Packages are fetched in it as the host fetches them: by its proxies, with its certificates.
make_base() { # FILE
    local -r tree=$work/base
    debootstrap --variant=minbase bookworm "$tree" >"$work/log" 2>&1 ||
        skip "debootstrap cannot make the base image: $(tail -n 1 -- "$work/log")"
    apt-config dump | grep -E '^Acquire::(Check-|https?::Proxy )' >"$tree/etc/apt/apt.conf.d/99host" || true
    cp -r -- /usr/local/share/ca-certificates "$tree/usr/local/share/"
    printf 'deb http://deb.debian.org/debian%s main\n' ' bookworm' ' bookworm-updates' '-security bookworm-security' \
        >"$tree/etc/apt/sources.list"
    rm -rf -- "$tree"/var/cache/apt/archives/*.deb "$tree"/var/lib/apt/lists/*
    mkdir -p -- "${1%/*}"
    tar -C "$tree" -cf "$1.new" .
    mv -- "$1.new" "$1"
    rm -rf -- "$tree"
}

# The test is the only service; the machine ends with it.
make_service() { # FILE
    cat >"$1" <<'END'
[Unit]
Requires=basic.target
After=basic.target
[Service]
Type=oneshot
Environment=KONEKSI_IN_MACHINE=1 KONEKSI=podman KONEKSI_LOAD=podman HOME=/root
ExecStartPre=/bin/bash -c 'echo up >/dev/ttyS2'
ExecStart=/bin/bash -c 'bash /tests/lab/container.sh >/dev/ttyS1 2>&1; echo "exit status $?" >/dev/ttyS1'
ExecStopPost=/bin/systemctl poweroff --force --force
END
}

make_disk() { # FILE
    local -r tree=$work/tree
    mkdir -p -- "$tree"
    printf 'FROM %s\nRUN apt-get update && apt-get install -y --no-install-recommends %s\n' "$base_name" \
        'systemd-sysv dbus kmod podman crun netavark iptables curl gojq' >"$work/Containerfile"
    build machine "$work/run" -f "$work/Containerfile"
    images export "$(images create machine true)" | tar -C "$tree" -x
    images save -q -o "$work/koneksi.tar" koneksi
    quietly podman_in "$tree/var/lib/containers/storage" load -i "$work/koneksi.tar"
    rm -r -- "$tree/var/lib/containers/storage/libpod" # it names the folders on the host
    printf '[network]\nnetwork_backend = "netavark"\n' >"$tree/etc/containers/containers.conf"
    cp -r -- "${kernel%/boot/*}/lib/modules" "$tree/usr/lib/"
    chroot "$tree" depmod "$(ls -- "$tree/usr/lib/modules")"
    mkdir -p -- "$tree/tests/lab" "$tree/tests/integration"
    cp -- "$tests/lab/container.sh" "$tree/tests/lab/"
    cp -- "$tests"/integration/{,processes_}lib.sh "$tree/tests/integration/"
    make_service "$tree/etc/systemd/system/lab.service"
    quietly mke2fs -t ext4 -d "$tree" "$1" 3G
    rm -rf -- "$tree"
}

# shellcheck disable=SC2317 # the trap calls it
clean_up() {
    local mounted
    for mounted in "$work"/{images,tree/var/lib/containers/storage}/overlay; do
        ! mountpoint -q "$mounted" || umount -- "$mounted"
    done
    rm -rf --one-file-system -- "$work"
}

check_needs podman debootstrap mke2fs
((EUID == 0)) || skip "debootstrap needs root"
kernel=$(bash "$tests/lab/machine/kernel.sh") || skip "${kernel#SKIPPED: }"
work=$(mktemp -d "${TMPDIR:-/tmp}/koneksi-container.XXXXXX") # debootstrap takes no folder with a space in its name
trap clean_up EXIT
[[ -e $cache/bookworm.tar ]] || make_base "$cache/bookworm.tar"
quietly images import "$cache/bookworm.tar" "$base_name"
build koneksi "$tests/.."
make_disk "$work/disk"
run_machine 2048 "root=/dev/nvme0n1 rw systemd.unit=lab.service systemd.show_status=false" \
    -drive "file=$work/disk,format=raw,if=none,id=disk,cache=unsafe" -device nvme,drive=disk,serial=1
