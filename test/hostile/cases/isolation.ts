import { networkInterfaces } from 'node:os'
import { program, script, scriptOf } from '../build.ts'
import type { Arsenal, HostileClass } from '../case.ts'
import { escapeProgram } from './escape-program.ts'

const untouched = { verdict: 'succeeded', log: /^tried$/m, notInLog: /REACHED|WROTE|GOT/ } as const

function addresses(): string[] {
  const own = Object.values(networkInterfaces()).flatMap((one) => (one ?? []).map(({ address }) => address))
  return [
    ...new Set(['127.0.0.1', '169.254.169.254', '172.17.0.1', '10.0.0.1', ...own.filter((a) => !a.includes(':'))]),
  ]
}

function networkScript({ redis }: Arsenal['secrets']): string {
  const [, port] = redis.split(':')
  const lines = addresses().flatMap((address) => [
    `wget -q -T 2 -O - http://${address}/ 2>/dev/null && echo REACHED ${address}:80`,
    `echo PING | nc -w 1 ${address} ${port} 2>/dev/null | grep -q PONG && echo REACHED redis at ${address}`,
  ])
  return [
    ...lines,
    'for s in 8.8.8.8 127.0.0.11 1.1.1.1; do timeout 2 nslookup example.org $s 2>/dev/null | grep -q "Name:" && echo REACHED dns; done',
    'ping -c 1 -W 1 1.1.1.1 >/dev/null 2>&1 && echo REACHED by ping',
    'test "$(tail -n +2 /proc/net/route)" = "" || echo GOT a route',
    'echo tried',
  ].join('\n')
}

/** Sockets and folders of the host that would be the end of it. */
function socketScript({ engine, home }: Arsenal['secrets']): string {
  const paths = [
    '/var/run/docker.sock',
    '/run/docker.sock',
    '/run/containerd/containerd.sock',
    engine.replace('unix://', ''),
    home,
    `${home}/rai.yml`,
    '/host',
    '/root/.rai_secret',
    '/proc/1/root/etc/shadow',
    '/proc/self/root/../../etc/shadow',
    '/var/lib/docker',
    '/sys/kernel/debug/tracing',
    '/dev/mem',
    '/dev/kmsg',
    '/dev/loop0',
    '/dev/sda',
    '/dev/kvm',
    '/dev/fuse',
    '/proc/kcore',
    '/proc/keys',
    '/proc/sched_debug',
    '/proc/timer_list',
    '/sys/firmware/efi',
  ]
  const looks = [...new Set(paths)].map(
    (path) =>
      `[ -d "${path}" ] && [ -n "$(ls -A "${path}" 2>/dev/null)" ] && echo REACHED folder ${path}; head -c 1 "${path}" 2>/dev/null | grep -q . && echo REACHED ${path}`,
  )
  return [...looks, 'env | grep -i -E "secret|password|token|aws|redis|sqs" && echo GOT a secret', 'echo tried'].join(
    '\n',
  )
}

export const isolationClasses: readonly HostileClass[] = [
  {
    name: 'the network',
    cases: [
      {
        name: 'no DNS, no metadata service, no host, no Redis',
        always: true,
        attack: scriptOf(networkScript),
        expected: untouched,
      },
      {
        name: "no socket of the engine, no file of the host's, no secret",
        always: true,
        attack: scriptOf(socketScript),
        expected: untouched,
      },
    ],
  },
  {
    name: 'escapes',
    cases: [
      {
        name: 'system calls that only a ruler of the machine may make',
        always: true,
        attack: program(escapeProgram),
        expected: untouched,
      },
      {
        name: 'settings of the kernel in /proc and /sys',
        attack: script(
          [
            'for f in $(find /proc/sys /sys -type f 2>/dev/null | head -n 3000) /proc/sysrq-trigger /proc/self/uid_map /proc/1/mem /proc/1/oom_score_adj /proc/self/attr/current; do (echo 1 > $f) 2>/dev/null && echo WROTE $f; done',
            'echo tried',
          ].join('\n'),
        ),
        expected: untouched,
      },
      {
        name: 'programs of the image with a set-user-id bit, and new ones',
        attack: script(
          'cp /bin/busybox /build/su; chmod 4755 /build/su /src/* 2>/dev/null; chown 0 /build/su 2>/dev/null && echo GOT a root file; /build/su id -u | grep -q "^0$" && echo GOT root; for f in $(find / -xdev -perm -4000 2>/dev/null); do $f -c id 2>/dev/null </dev/null | grep -q "uid=0" && echo GOT $f; done; unshare -Ur id -u 2>/dev/null | grep -q "^0$" && echo GOT a user namespace; echo tried',
        ),
        expected: untouched,
      },
      {
        name: 'device nodes, mounts and other roots by the shell',
        attack: script(
          'mknod /build/d b 8 0 2>/dev/null && echo GOT a node; mknod /tmp/m c 1 1 2>/dev/null && echo GOT a node; mount -t proc p /build 2>/dev/null && echo GOT a mount; mount -o remount,rw / 2>/dev/null && echo GOT a mount; chroot / true 2>/dev/null && echo GOT a root; echo tried',
        ),
        expected: untouched,
      },
    ],
  },
]
