import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { requestFor, runOnce, shell } from '../../contracts/runner-requests.ts'
import { type DockerSubject, startDockerSubject } from './docker-subject.ts'
import { makePerlImage } from './hostile-image.ts'

/** Numbers of system calls by processor: `x64`, `arm64`. */
const numbers = {
  ptrace: [101, 117],
  prlimit64: [302, 261],
  process_vm_readv: [310, 270],
  process_vm_writev: [311, 271],
  pidfd_getfd: [438, 438],
  pidfd_send_signal: [424, 424],
  pidfd_open: [434, 434],
  kcmp: [312, 272],
  perf_event_open: [298, 241],
  unshare: [272, 97],
  setns: [308, 268],
  mount: [165, 40],
  open_by_handle_at: [304, 265],
  bpf: [321, 280],
  keyctl: [250, 219],
  add_key: [248, 217],
  setpriority: [141, 140],
  sched_setaffinity: [203, 122],
  sched_setscheduler: [144, 119],
  ioprio_set: [251, 30],
  setuid: [105, 146],
  setgid: [106, 144],
  capset: [126, 91],
} as const

/** Each of them aimed at PID 1, or at the host; a line for each, with the errno. */
const attempts: readonly (readonly [keyof typeof numbers, string])[] = [
  ['ptrace', '16, 1, 0, 0'],
  ['ptrace', '0x4206, 1, 0, 0'],
  ['prlimit64', '1, 7, $zeros, 0'],
  ['process_vm_readv', '1, $zeros, 1, $zeros, 1, 0'],
  ['process_vm_writev', '1, $zeros, 1, $zeros, 1, 0'],
  ['pidfd_getfd', '$pidfd, 0, 0'],
  ['pidfd_send_signal', '$pidfd, 9, 0, 0'],
  ['kcmp', '1, $$, 2, 0, 0'],
  ['perf_event_open', '$zeros, 1, -1, -1, 0'],
  ['unshare', '0x10000000'],
  ['unshare', '0x20000'],
  ['setns', '$pidfd, 0x20000000'],
  ['mount', '$path, $path, 0, 4096, 0'],
  ['open_by_handle_at', '-100, $zeros, 0'],
  ['bpf', '0, $zeros, 64'],
  ['keyctl', '0, -3, 1'],
  ['add_key', '$user, $user, $zeros, 1, -3'],
  ['setpriority', '0, 1, 19'],
  ['sched_setaffinity', '1, 8, $ones'],
  ['sched_setscheduler', '1, 3, $zeros'],
  ['ioprio_set', '1, 1, 0x6000'],
  ['setuid', '0'],
  ['setgid', '0'],
  ['capset', '$header, $ones'],
]

const script = (processor: 0 | 1) =>
  [
    '#!/usr/bin/perl',
    'my $zeros = "\\0" x 256; my $ones = "\\xff" x 24; my $path = "/build\\0"; my $user = "user\\0";',
    'my $header = pack("Ll", 0x20080522, 0);',
    `my $pidfd = syscall(${numbers.pidfd_open[processor]}, 1, 0);`,
    ...attempts.map(
      ([name, words]) =>
        `$! = 0; my $r = syscall(${numbers[name][processor]}, ${words}); print "${name} ", ($r < 0 ? $! + 0 : "done"), "\\n";`,
    ),
  ].join('\n')

const refusals = ['EPERM 1', 'ESRCH 3', 'EACCES 13', 'ENOSYS 38'].map((refusal) => refusal.split(' ')[1])

describe('the system calls of a command', () => {
  let subject: DockerSubject
  beforeAll(async () => {
    subject = await startDockerSubject()
  })
  afterAll(() => subject.close())

  it('reach neither PID 1 nor the host', async () => {
    const image = `${subject.labelPrefix}-perl:1`
    await makePerlImage(subject.api, image, script(process.arch === 'arm64' ? 1 : 0))
    const { stdout, stderr, outcome } = await runOnce(subject.runner, requestFor(image), [shell('perl /attack')])
    expect({ stderr, cause: outcome.cause }).toEqual({ stderr: '', cause: { kind: 'completed' } })
    const answers = stdout.trim().split('\n')
    expect(answers).toHaveLength(attempts.length)
    expect(answers.filter((answer) => !refusals.includes(answer.split(' ')[1]))).toEqual([])
    await subject.api.getImage(image).remove({ force: true })
  })
})
