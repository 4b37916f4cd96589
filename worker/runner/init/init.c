/*
 * PID 1 of a sandbox: runs the commands that come over its standard input and tells over its standard output what
 * they print and how they end. It needs nothing of the image: no libc, no shell.
 *
 * What it says cannot be forged or read by a command. It is root, with four capabilities of its own (CAP_KILL,
 * CAP_SETGID, CAP_SETPCAP, CAP_SETUID); a command is another user with none, and an empty bounding set. It cannot be
 * traced, nor can its /proc entries be opened, because it is not dumpable and another user's. Every descriptor is
 * closed on exec; a command has /dev/null and two pipes. The kernel lets nobody inside signal PID 1; a command that
 * fills the memory while it keeps itself smaller than this can have it killed, and so ends its own run, out of memory.
 * When its standard input ends, as it does when the worker dies, everything here ends.
 *
 * A message, either way, is a letter, four bytes of length (big endian) and so many bytes.
 *   in:   x  run: two numbers of four bytes, how many words and how many variables; then these, each ended by a NUL
 *         t  TERM to everything
 *         k  KILL to everything; answered by `d` when nothing is left
 *   out:  r  ready
 *         o  standard output, e  standard error
 *         x  the command has ended: its exit code in four bytes, as a shell shows it
 *         n  it could not be started: at which step (`f` fork, `s` setup, `c` chdir, `e` exec), errno in four bytes
 *         d  nothing is left
 *
 * `init probe` says nothing and exits with 0: whether this host can execute it.
 */
#include <errno.h>
#include <linux/capability.h>
#include <linux/fcntl.h>
#include <linux/prctl.h>
#include <poll.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/syscall.h>

enum { SIGKILL_ = 9, SIGTERM_ = 15, SIGCHLD_ = 17, WNOHANG_ = 1, FIONREAD_ = 0x541B, O_NONBLOCK_ = 04000, O_CLOEXEC_ = 02000000 };
enum { CHUNK = 65536, FRAME = 5, ROOM = 256, INPUT = 1 << 20, WORDS = 16384, LEFTOVERS = 16 };

static long call(long number, long a, long b, long c, long d, long e) {
#if defined(__x86_64__)
  register long r10 __asm__("r10") = d;
  register long r8 __asm__("r8") = e;
  long result;
  __asm__ volatile("syscall"
                   : "=a"(result)
                   : "a"(number), "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8)
                   : "rcx", "r11", "memory");
  return result;
#elif defined(__aarch64__)
  register long x8 __asm__("x8") = number;
  register long x0 __asm__("x0") = a;
  register long x1 __asm__("x1") = b;
  register long x2 __asm__("x2") = c;
  register long x3 __asm__("x3") = d;
  register long x4 __asm__("x4") = e;
  __asm__ volatile("svc 0" : "+r"(x0) : "r"(x8), "r"(x1), "r"(x2), "r"(x3), "r"(x4) : "memory");
  return x0;
#else
#error "no system calls for this processor"
#endif
}
#define C0(n) call(n, 0, 0, 0, 0, 0)
#define C1(n, a) call(n, (long)(a), 0, 0, 0, 0)
#define C2(n, a, b) call(n, (long)(a), (long)(b), 0, 0, 0)
#define C3(n, a, b, c) call(n, (long)(a), (long)(b), (long)(c), 0, 0)
#define C4(n, a, b, c, d) call(n, (long)(a), (long)(b), (long)(c), (long)(d), 0)
#define C5(n, a, b, c, d, e) call(n, (long)(a), (long)(b), (long)(c), (long)(d), (long)(e))

/* The compiler may ask for these. */
void *memcpy(void *to, const void *from, size_t count) {
  unsigned char *target = to;
  const unsigned char *source = from;
  while (count--) *target++ = *source++;
  return to;
}
void *memmove(void *to, const void *from, size_t count) {
  unsigned char *target = to;
  const unsigned char *source = from;
  if (target <= source) return memcpy(to, from, count);
  while (count--) target[count] = source[count];
  return to;
}
void *memset(void *to, int byte, size_t count) {
  unsigned char *target = to;
  while (count--) *target++ = (unsigned char)byte;
  return to;
}

static long uid, gid;
static unsigned char in[INPUT + FRAME];
static size_t in_length;
static unsigned char out[FRAME + CHUNK + ROOM];
static size_t out_start, out_length;
static char *words[WORDS], *variables[WORDS];

/* The command: its process, its pipes, and, once it has ended, what is still to be read from each. */
static long command;
static int pipes[2] = {-1, -1}, start_pipe = -1;
static int ended, killing;
static unsigned exit_code, left[2];
/* Pipes of commands that have ended, held open by what they left running; read, so that it runs on, and dropped. */
static int leftovers[LEFTOVERS];

static void quit(int code) {
  C2(SYS_kill, -1, SIGKILL_);
  C1(SYS_exit_group, code);
  for (;;) {
  }
}

static void put_number(unsigned char *to, uint32_t number) {
  to[0] = number >> 24, to[1] = number >> 16, to[2] = number >> 8, to[3] = number;
}

static uint32_t get_number(const unsigned char *from) {
  return (uint32_t)from[0] << 24 | (uint32_t)from[1] << 16 | (uint32_t)from[2] << 8 | from[3];
}

static void flush(void) {
  while (out_length > 0) {
    long written = C3(SYS_write, 1, out + out_start, out_length);
    if (written == -EINTR) continue;
    if (written == -EAGAIN) return;
    if (written <= 0) quit(3);
    out_start += written, out_length -= written;
  }
  out_start = 0;
}

/* There is always room for a few short messages. */
static void say(char letter, const unsigned char *bytes, uint32_t length) {
  if (out_start > 0) memmove(out, out + out_start, out_length);
  out_start = 0;
  if (out_length + FRAME + length > sizeof out) quit(4);
  unsigned char *to = out + out_length;
  to[0] = letter;
  put_number(to + 1, length);
  memcpy(to + FRAME, bytes, length);
  out_length += FRAME + length;
  flush();
}

static void say_not_started(unsigned char step, uint32_t error) {
  unsigned char bytes[5] = {step};
  put_number(bytes + 1, error);
  say('n', bytes, sizeof bytes);
}

static void fail(unsigned char step, long result) {
  unsigned char bytes[5] = {step};
  put_number(bytes + 1, (uint32_t)-result);
  C3(SYS_write, start_pipe, bytes, sizeof bytes);
  C1(SYS_exit_group, 127);
  for (;;) {
  }
}

static void must(long result) {
  if (result < 0) fail('s', result);
}

static void move_to(int from, int to) {
  must(C3(SYS_dup3, from, to, 0));
}

/* Nothing of ours may be left to the command: not a capability, not a group, not a descriptor. */
static void drop_rights(void) {
  struct __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
  struct __user_cap_data_struct none[2] = {{0, 0, 0}, {0, 0, 0}};
  for (long capability = 0; capability < 64; capability++) {
    long dropped = C5(SYS_prctl, PR_CAPBSET_DROP, capability, 0, 0, 0);
    if (dropped == -EINVAL) break;
    must(dropped);
  }
  C5(SYS_prctl, PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0);
  must(C5(SYS_prctl, PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0));
  must(C2(SYS_setgroups, 0, 0));
  must(C3(SYS_setresgid, gid, gid, gid));
  must(C3(SYS_setresuid, uid, uid, uid));
  must(C2(SYS_capset, &header, none));
}

/*
 * A command goes before PID 1 when memory runs out, unless it takes this back, which only CAP_SYS_RESOURCE could keep
 * it from; many hosts grant that to nobody.
 */
static void prefer_to_kill(void) {
  long file = C3(SYS_openat, AT_FDCWD, "/proc/self/oom_score_adj", 1 | O_CLOEXEC_);
  if (file < 0) return;
  C3(SYS_write, file, "500", 3);
  C1(SYS_close, file);
}

static int has_slash(const char *word) {
  for (; *word; word++)
    if (*word == '/') return 1;
  return 0;
}

static const char *search_path(void) {
  for (char **variable = variables; *variable; variable++) {
    char *name = *variable;
    if (name[0] == 'P' && name[1] == 'A' && name[2] == 'T' && name[3] == 'H' && name[4] == '=') return name + 5;
  }
  return "/usr/bin:/bin";
}

/* As execvp does it, without asking a shell about files that are no programs. */
static long execute(void) {
  static char path[8192];
  if (has_slash(words[0])) return C3(SYS_execve, words[0], words, variables);
  size_t length = 0;
  while (words[0][length]) length++;
  long error = -ENOENT;
  for (const char *folder = search_path();; folder++) {
    size_t count = 0;
    while (folder[count] && folder[count] != ':') count++;
    if (count + length + 2 < sizeof path) {
      memcpy(path, folder, count);
      size_t at = count;
      if (at > 0) path[at++] = '/';
      memcpy(path + at, words[0], length + 1);
      long result = C3(SYS_execve, path, words, variables);
      if (result == -EACCES || (result != -ENOENT && result != -ENOTDIR)) error = result;
    }
    folder += count;
    if (!*folder) return error;
  }
}

static void become_command(int output, int errors) {
  uint64_t no_signals = 0;
  C0(SYS_setsid);
  prefer_to_kill();
  long nothing = C3(SYS_openat, AT_FDCWD, "/dev/null", O_CLOEXEC_);
  must(nothing);
  move_to((int)nothing, 0);
  move_to(output, 1);
  move_to(errors, 2);
  drop_rights();
  long entered = C1(SYS_chdir, "/build");
  if (entered < 0) fail('c', entered);
  must(C4(SYS_rt_sigprocmask, 2, &no_signals, 0, 8));
  fail('e', execute());
}

/* A command may open /dev/stdout and /dev/stderr, which are these pipes, once more; to write, and not to read. */
static long open_pipe(int *ends) {
  long made = C2(SYS_pipe2, ends, O_CLOEXEC_);
  if (made >= 0) C2(SYS_fchmod, ends[0], 0222);
  return made;
}

static void start_command(void) {
  int output[2], errors[2], starting[2];
  long made = open_pipe(output);
  if (made < 0) return say_not_started('f', (uint32_t)-made);
  made = open_pipe(errors);
  if (made >= 0) {
    made = C2(SYS_pipe2, starting, O_CLOEXEC_);
    if (made >= 0) {
      start_pipe = starting[1];
      made = C5(SYS_clone, SIGCHLD_, 0, 0, 0, 0);
      if (made == 0) become_command(output[1], errors[1]);
      C1(SYS_close, starting[1]);
      if (made < 0) C1(SYS_close, starting[0]);
    }
    C1(SYS_close, errors[1]);
    if (made < 0) C1(SYS_close, errors[0]);
  }
  C1(SYS_close, output[1]);
  if (made < 0) {
    C1(SYS_close, output[0]);
    return say_not_started('f', (uint32_t)-made);
  }
  command = made, ended = 0;
  pipes[0] = output[0], pipes[1] = errors[0], start_pipe = starting[0];
  for (int stream = 0; stream < 2; stream++) C3(SYS_fcntl, pipes[stream], 4, O_NONBLOCK_);
}

/* Points `words` and `variables` into the message. Whatever is not as it should be comes from no worker of ours. */
static void read_command(unsigned char *bytes, size_t length) {
  if (command != 0 || length < 8 || bytes[length - 1] != 0) quit(5);
  uint32_t counts[2] = {get_number(bytes), get_number(bytes + 4)};
  char **lists[2] = {words, variables};
  size_t at = 8;
  for (int list = 0; list < 2; list++) {
    if (counts[list] >= WORDS || (list == 0 && counts[list] == 0)) quit(5);
    for (uint32_t index = 0; index < counts[list]; index++) {
      if (at >= length) quit(5);
      lists[list][index] = (char *)bytes + at;
      while (bytes[at]) at++;
      at++;
    }
    lists[list][counts[list]] = 0;
  }
  start_command();
}

static void obey(char letter, unsigned char *bytes, size_t length) {
  if (letter == 'x') read_command(bytes, length);
  else if (letter == 't') C2(SYS_kill, -1, SIGTERM_);
  else if (letter == 'k') killing = 1, C2(SYS_kill, -1, SIGKILL_);
  else quit(5);
}

static void take_input(void) {
  long count = C3(SYS_read, 0, in + in_length, sizeof in - in_length);
  if (count == -EINTR || count == -EAGAIN) return;
  if (count <= 0) quit(0);
  in_length += count;
  while (in_length >= FRAME) {
    uint32_t length = get_number(in + 1);
    if (length > INPUT) quit(5);
    if (in_length < FRAME + length) return;
    obey(in[0], in + FRAME, length);
    in_length -= FRAME + length;
    memmove(in, in + FRAME + length, in_length);
  }
}

/* What was written before the command ended belongs to it, and nothing else does. */
static void note_end(int status) {
  unsigned signal = status & 0x7f;
  exit_code = signal == 0 ? (status >> 8) & 0xff : 128 + signal;
  ended = 1;
  for (int stream = 0; stream < 2; stream++) {
    int waiting = 0;
    if (pipes[stream] >= 0) C3(SYS_ioctl, pipes[stream], FIONREAD_, &waiting);
    left[stream] = waiting;
  }
}

static void reap(int signals) {
  unsigned char ignored[128];
  C3(SYS_read, signals, ignored, sizeof ignored);
  for (;;) {
    int status = 0;
    long process = C4(SYS_wait4, -1, &status, WNOHANG_, 0);
    if (process > 0 && process == command) note_end(status);
    if (process > 0 || process == -EINTR) continue;
    /* Nobody can have escaped: a process that is to be killed cannot fork. A second look costs nothing. */
    if (process == 0 && killing) C2(SYS_kill, -1, SIGKILL_);
    return;
  }
}

static int has_children(void) {
  static unsigned char about[128];
  return C5(SYS_waitid, 0, 0, about, WNOHANG_ | 4 | 0x01000000, 0) != -ECHILD;
}

static void read_pipe(int stream) {
  unsigned want = ended && left[stream] < CHUNK ? left[stream] : CHUNK;
  unsigned char *to = out + FRAME;
  long count = C3(SYS_read, pipes[stream], to, want);
  if (count == -EINTR || count == -EAGAIN) return;
  if (count <= 0) {
    C1(SYS_close, pipes[stream]);
    pipes[stream] = -1, left[stream] = 0;
    return;
  }
  if (ended) left[stream] -= count;
  out[0] = stream == 0 ? 'o' : 'e';
  put_number(out + 1, (uint32_t)count);
  out_start = 0, out_length = FRAME + count;
  flush();
}

static void leave_open(int pipe) {
  if (pipe < 0) return;
  for (int index = 0; index < LEFTOVERS; index++)
    if (leftovers[index] < 0) {
      leftovers[index] = pipe;
      return;
    }
  C1(SYS_close, leftovers[0]);
  memmove(leftovers, leftovers + 1, (LEFTOVERS - 1) * sizeof leftovers[0]);
  leftovers[LEFTOVERS - 1] = pipe;
}

static void drop_output(int index) {
  static unsigned char dropped[CHUNK];
  long count = C3(SYS_read, leftovers[index], dropped, sizeof dropped);
  if (count > 0 || count == -EINTR || count == -EAGAIN) return;
  C1(SYS_close, leftovers[index]);
  leftovers[index] = -1;
}

static void tell_end(void) {
  unsigned char bytes[5], code[4];
  long told = C3(SYS_read, start_pipe, bytes, sizeof bytes);
  C1(SYS_close, start_pipe);
  leave_open(pipes[0]);
  leave_open(pipes[1]);
  command = 0, pipes[0] = pipes[1] = start_pipe = -1;
  if (told == sizeof bytes) return say('n', bytes, sizeof bytes);
  put_number(code, exit_code);
  say('x', code, sizeof code);
}

static void look(int signals) {
  struct pollfd polled[5 + LEFTOVERS] = {
      {0, POLLIN, 0},
      {out_length > 0 ? 1 : -1, POLLOUT, 0},
      {signals, POLLIN, 0},
      {out_length == 0 && (!ended || left[0] > 0) ? pipes[0] : -1, POLLIN, 0},
      {out_length == 0 && (!ended || left[1] > 0) ? pipes[1] : -1, POLLIN, 0},
  };
  for (int index = 0; index < LEFTOVERS; index++) polled[5 + index] = (struct pollfd){leftovers[index], POLLIN, 0};
  if (C5(SYS_ppoll, polled, 5 + LEFTOVERS, 0, 0, 8) < 0) return;
  if (polled[1].revents) flush();
  if (polled[2].revents) reap(signals);
  for (int stream = 0; stream < 2; stream++)
    if (polled[3 + stream].revents && out_length == 0 && pipes[stream] >= 0) read_pipe(stream);
  if (polled[0].revents) take_input();
  for (int index = 0; index < LEFTOVERS; index++)
    if (polled[5 + index].revents && leftovers[index] >= 0) drop_output(index);
}

static long number_of(const char *text) {
  long number = 0;
  for (; *text >= '0' && *text <= '9'; text++) number = number * 10 + (*text - '0');
  return *text ? 0 : number;
}

void begin(long *stack) {
  char **arguments = (char **)(stack + 1);
  if (stack[0] == 2) C1(SYS_exit_group, 0);
  if (stack[0] != 3 || C0(SYS_getpid) != 1) C1(SYS_exit_group, 2);
  uid = number_of(arguments[1]), gid = number_of(arguments[2]);
  if (uid <= 0 || gid <= 0) C1(SYS_exit_group, 2);
  if (C5(SYS_prctl, PR_SET_DUMPABLE, 0, 0, 0, 0) < 0) C1(SYS_exit_group, 2);
  uint64_t children = 1ul << (SIGCHLD_ - 1);
  C4(SYS_rt_sigprocmask, 0, &children, 0, 8);
  long signals = C4(SYS_signalfd4, -1, &children, 8, O_CLOEXEC_ | O_NONBLOCK_);
  if (signals < 0) C1(SYS_exit_group, 2);
  C3(SYS_fcntl, 1, 4, O_NONBLOCK_ | 1);
  for (int index = 0; index < LEFTOVERS; index++) leftovers[index] = -1;
  say('r', 0, 0);
  for (;;) {
    look((int)signals);
    if (command != 0 && ended && left[0] == 0 && left[1] == 0 && out_length == 0) tell_end();
    if (killing && command == 0 && out_length == 0 && !has_children()) killing = 0, say('d', 0, 0);
  }
}

__asm__(".globl _start\n_start:\n"
#if defined(__x86_64__)
        "xor %ebp, %ebp\n mov %rsp, %rdi\n and $-16, %rsp\n call begin\n hlt\n"
#else
        "mov x29, #0\n mov x30, #0\n mov x0, sp\n and sp, x0, #-16\n b begin\n"
#endif
);
