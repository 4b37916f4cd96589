/** Asks for everything a program without rights must not get, and prints `GOT …` for each that it got. */
export const escapeProgram = String.raw`
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/reboot.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/wait.h>
#include <unistd.h>

static void say(const char *what, long got) {
  if (got >= 0) printf("GOT %s\n", what);
  else printf("no %s (%s)\n", what, strerror(errno));
}

/* In a child, so that what kills is only an answer. */
#define TRY(what, call) do { fflush(stdout); pid_t p = fork(); \
  if (p == 0) { errno = 0; say(what, (long)(call)); fflush(stdout); _exit(0); } \
  waitpid(p, 0, 0); } while (0)

int main(void) {
  char buffer[4096] = {0};
  TRY("a mount", mount("none", "/build", "tmpfs", 0, ""));
  TRY("a bind mount", mount("/", "/build", 0, MS_BIND | MS_REC, 0));
  TRY("an unmount", umount2("/build", MNT_DETACH));
  TRY("another root", chroot("/build"));
  TRY("a pivot", syscall(SYS_pivot_root, "/build", "/build"));
  TRY("a user namespace", unshare(CLONE_NEWUSER));
  TRY("a mount namespace", unshare(CLONE_NEWNS));
  TRY("a network namespace", unshare(CLONE_NEWNET));
  TRY("the namespace of 1", setns(open("/proc/1/ns/mnt", O_RDONLY), 0));
  TRY("a trace of 1", ptrace(PTRACE_ATTACH, 1, 0, 0));
  TRY("the memory of 1", open("/proc/1/mem", O_RDWR));
  TRY("the environment of 1", read(open("/proc/1/environ", O_RDONLY), buffer, sizeof buffer));
  TRY("a kernel key", syscall(SYS_add_key, "user", "hostile", "x", 1, -3));
  TRY("a keyring", syscall(SYS_keyctl, 0, -3, 1));
  TRY("a block device", mknod("/build/disk", S_IFBLK | 0666, makedev(8, 0)));
  TRY("the memory device", mknod("/tmp/mem", S_IFCHR | 0666, makedev(1, 1)));
  TRY("root", setuid(0));
  TRY("root's group", setgid(0));
  TRY("another owner", chown("/src", 0, 0));
  TRY("a BPF program", syscall(SYS_bpf, 5, buffer, 64));
  TRY("events of the processor", syscall(SYS_perf_event_open, buffer, -1, 0, -1, 0));
  TRY("a module", syscall(SYS_init_module, buffer, 16, ""));
  TRY("another kernel", syscall(SYS_kexec_load, 0, 0, 0, 0));
  TRY("a reboot", syscall(SYS_reboot, LINUX_REBOOT_MAGIC1, LINUX_REBOOT_MAGIC2, LINUX_REBOOT_CMD_CAD_OFF, 0));
  TRY("the clock", syscall(SYS_settimeofday, buffer, 0));
  TRY("a host name", sethostname("hostile", 7));
  TRY("swap", syscall(SYS_swapon, "/build/attack", 0));
  TRY("page faults", syscall(SYS_userfaultfd, 0));
  TRY("files by handle", syscall(SYS_open_by_handle_at, AT_FDCWD, buffer, O_RDONLY));
  TRY("raw packets", socket(AF_PACKET, SOCK_RAW, 0));
  TRY("raw IP", socket(AF_INET, SOCK_RAW, 255));
  TRY("the host by vsock", socket(40, SOCK_STREAM, 0) < 0 ? -1 : (errno = 0, -1));
  TRY("the kernel's log", syscall(SYS_syslog, 3, buffer, sizeof buffer));
  TRY("a write to core_pattern", open("/proc/sys/kernel/core_pattern", O_WRONLY));
  TRY("the system request key", open("/proc/sysrq-trigger", O_WRONLY));
  TRY("its own cgroup", open("/sys/fs/cgroup/cgroup.procs", O_WRONLY));
  TRY("accounting", acct("/build/attack"));
  puts("tried");
  return 0;
}
`
