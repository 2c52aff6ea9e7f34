/* Runs a command to which the kernel refuses io_uring, as the seccomp profile of a container does.
 *
 *   without_uring ERRNO COMMAND [WORDS...]   ERRNO: what io_uring_setup() gives, a number. 77: there is no seccomp here
 *
 * With WITHOUT_URING=enter in the environment a ring can be made, and io_uring_enter() gives that errno.
 */
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

int main(int argc, char **argv)
{
    if (argc < 3) {
        fputs("usage: without_uring ERRNO COMMAND [WORDS...]\n", stderr);
        return 2;
    }
    const char *const which = getenv("WITHOUT_URING");
    const unsigned call = which != NULL && strstr(which, "enter") != NULL ? __NR_io_uring_enter : __NR_io_uring_setup;
    const unsigned error_number = (unsigned)strtoul(argv[1], NULL, 10) & SECCOMP_RET_DATA;
    struct sock_filter filter[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, call, 0, 1),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | error_number),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
    };
    const struct sock_fprog program = {.len = sizeof filter / sizeof filter[0], .filter = filter};
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 || prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) != 0) {
        return 77;
    }
    execv(argv[2], argv + 2);
    perror(argv[2]);
    return 1;
}
