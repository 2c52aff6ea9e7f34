# shellcheck shell=bash
# mpi_hosts_lib.sh SUBNET: what the tests with hosts of their own share. Each sources it in the place of lib.sh, with the
# first three numbers of its addresses: in namespaces of the test, a bridge that has SUBNET.254.

if [[ -z ${KONEKSI_IN_NAMESPACE-} ]] && unshare -mn true 2>/dev/null; then
    KONEKSI_IN_NAMESPACE=1 exec unshare -mn bash "$0"
fi
source "$(dirname -- "$0")/lib.sh"
ip link set lo up 2>/dev/null || true # Open MPI wants an interface
source "$(dirname -- "$0")/mpi_lib.sh"
[[ -n ${KONEKSI_IN_NAMESPACE-} ]] || skip_test "no network and mount namespaces can be made"
unshare -nu true 2>/dev/null || skip_test "no UTS namespaces can be made"

subnet=$1
ip link add bridge0 type bridge 2>/dev/null || skip_test "no bridge can be made"
ip link set bridge0 up
ip address add "$subnet.254/24" dev bridge0
