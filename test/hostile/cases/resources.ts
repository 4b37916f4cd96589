import { linesFile, program, script } from '../build.ts'
import type { HostileClass } from '../case.ts'

const outOfTime = { verdict: 'timed-out', sentence: 'It was stopped after 2s' } as const
const short = { time: '2s' } as const

/** `build.ts` gives `/build` 64 MB, `/tmp` 32 MB and `/dev/shm` 16 MB, memory 256 MB, output 1 MB. */
export const resourceClasses: readonly HostileClass[] = [
  {
    name: 'fork bombs',
    cases: [
      {
        name: 'a shell that doubles for ever',
        always: true,
        attack: script('b() { b | b & }; b 2>/dev/null; while :; do :; done', short),
        expected: outOfTime,
      },
      {
        name: 'in C, with children that ignore every signal they can and have sessions of their own',
        attack: program(
          '#include <unistd.h>\n#include <signal.h>\nint main() { for (int s = 1; s < 65; s++) signal(s, SIG_IGN); for (;;) if (fork() == 0) setsid(); }\n',
          { time: '3s' },
        ),
        expected: { verdict: 'timed-out', sentence: 'It was stopped after 3s' },
      },
      {
        name: 'threads without end',
        attack: program(
          '#include <pthread.h>\n#include <unistd.h>\nvoid *t(void *x) { pause(); return x; }\nint main() { pthread_t p; int n = 0; while (pthread_create(&p, 0, t, 0) == 0) n++; _exit(n > 1000 ? 9 : 0); }\n',
        ),
        expected: { verdict: 'succeeded' },
      },
      {
        name: 'processes that stay when the commands are through',
        attack: script(
          'for i in 1 2 3 4 5; do setsid sleep 99999 & done; trap "" TERM HUP; setsid sh -c "while :; do :; done" & true',
        ),
        expected: { verdict: 'succeeded' },
      },
    ],
  },
  {
    name: 'memory hogs',
    cases: [
      {
        name: 'one process that wants all there is',
        always: true,
        attack: script('exec tail /dev/zero'),
        expected: { verdict: 'out-of-memory', sentence: '256 MiB of memory' },
      },
      {
        name: 'many processes that together want all there is',
        attack: script('for i in 1 2 3 4 5 6 7 8; do tail /dev/zero & done; wait; exit 1'),
        expected: { verdict: 'out-of-memory' },
      },
      {
        name: 'memory that is mapped and locked in C',
        attack: program(
          '#include <sys/mman.h>\n#include <string.h>\nint main() { for (;;) { char *p = mmap(0, 1 << 24, 3, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0); if (p == MAP_FAILED) continue; mlock(p, 1 << 24); memset(p, 1, 1 << 24); } }\n',
        ),
        expected: { verdict: 'out-of-memory' },
      },
    ],
  },
  {
    name: 'disk fillers',
    cases: [
      {
        name: '/build',
        always: true,
        attack: script('exec dd if=/dev/zero of=/build/big bs=65536'),
        expected: { verdict: 'disk-limit', sentence: 'It filled /build, which can hold 64 MiB' },
      },
      {
        name: '/build with files that hold nothing',
        attack: script('i=0; while : > "/build/f$i"; do i=$((i+1)); done 2>/dev/null; exit 1'),
        expected: { verdict: 'disk-limit', sentence: 'It filled /build' },
      },
      {
        name: '/tmp',
        attack: script('dd if=/dev/zero of=/tmp/big bs=65536; ls -l /tmp/big; exit 3'),
        expected: { verdict: 'failed', log: /No space left on device[\s\S]* 33554432 / },
      },
      {
        name: '/dev/shm',
        attack: script('dd if=/dev/zero of=/dev/shm/big bs=65536; ls -l /dev/shm/big; exit 3'),
        expected: { verdict: 'failed', log: /No space left on device[\s\S]* 16777216 / },
      },
      {
        name: 'a file of a terabyte that is all holes',
        attack: script('exec dd if=/dev/zero of=/build/sparse bs=1 count=1 seek=1099511627776'),
        expected: { verdict: 'disk-limit', sentence: 'the largest it may' },
      },
      {
        name: 'everything else that might be writable',
        attack: script(
          'for d in / /src /etc /usr /var /var/tmp /run /dev /proc /sys /mnt /home /root /opt /sys/fs/cgroup; do (: > $d/hostile) 2>/dev/null && echo WROTE $d; done; echo looked',
        ),
        expected: { verdict: 'succeeded', log: /looked/, notInLog: /WROTE/ },
      },
    ],
  },
  {
    name: 'floods of output',
    cases: [
      {
        name: 'lines',
        always: true,
        attack: script('exec yes "the same line again and again"'),
        expected: { verdict: 'output-limit', sentence: 'It printed more than 1 MiB', log: /^the same line again/m },
      },
      {
        name: 'one line without an end',
        attack: script('exec tr "\\0" a < /dev/zero'),
        expected: { verdict: 'output-limit', log: /a{1000}/ },
      },
      {
        name: 'bytes of no encoding on both streams',
        attack: script('cat /dev/urandom >&2 & exec cat /dev/urandom'),
        expected: { verdict: 'output-limit' },
      },
    ],
  },
  {
    name: 'endless runs',
    cases: [
      { name: 'sleep', attack: script('sleep 99999', short), expected: outOfTime },
      {
        name: 'TERM and all else that can be ignored is ignored',
        always: true,
        attack: script('trap "" TERM INT HUP QUIT; while :; do sleep 1; done', short),
        expected: outOfTime,
      },
      {
        name: 'one that stops itself',
        attack: script('kill -STOP $$; echo WOKEN', short),
        expected: { ...outOfTime, notInLog: /WOKEN/ },
      },
      {
        name: 'one that kills everything it can, its own supervisor included',
        attack: ({ folder }) =>
          folder({ 'rai_build.yml': linesFile(['sh -c "kill -9 1 2>/dev/null; kill -9 -1; true"', 'echo second']) }),
        expected: { verdict: 'succeeded', log: /^second$/m },
      },
    ],
  },
]
