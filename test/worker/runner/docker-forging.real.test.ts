import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { filesOf } from '../../contracts/runner-archives.ts'
import { mebibyte, program, requestFor, runIn, runOnce, shell, withSandbox } from '../../contracts/runner-requests.ts'
import { type DockerSubject, startDockerSubject } from './docker-subject.ts'
import { startFreezingProxy } from './freezing-proxy.ts'

describe('PID 1 of a sandbox', () => {
  let subject: DockerSubject
  beforeAll(async () => {
    subject = await startDockerSubject()
  })
  afterAll(() => subject.close())

  const once = (changes: Parameters<typeof requestFor>[1], ...rest: [Parameters<typeof runOnce>[2]]) =>
    runOnce(subject.runner, requestFor(subject.image, changes), ...rest)

  it('is ours here, and another user', async () => {
    const { stdout } = await once({}, [shell('tr "\\0" " " < /proc/1/cmdline; grep -E "^(Uid|CapEff)" /proc/1/status')])
    expect(stdout).toBe('/.rai-init 10000 10000 Uid:\t0\t0\t0\t0\nCapEff:\t00000000000001e0\n')
  })

  it('shows nothing of itself: no descriptor, no memory, no environment', async () => {
    const paths = 'fd fd/0 fd/1 mem environ maps cwd root exe map_files task/1/fd'
    const { stdout } = await once({}, [
      shell(
        `cd /proc/1; for p in ${paths}; do ls $p/ >/dev/null 2>&1 && echo "listed $p"; head -c 1 $p >/dev/null 2>&1 && echo "read $p"; : 2>/dev/null > $p && echo "wrote $p"; done; true`,
      ),
    ])
    expect(stdout).toBe('')
  })

  it('takes no message from what a command prints', async () => {
    const forged = "printf 'x\\000\\000\\000\\004\\000\\000\\000\\000d\\000\\000\\000\\000'"
    const { outcome, stdout } = await once({}, [shell(`${forged}; ${forged} >&2; exit 7`), shell('echo never')])
    expect(outcome.cause).toEqual({ kind: 'command-failed', index: 0 })
    expect(outcome.commands.map(({ exitCode }) => exitCode)).toEqual([7])
    expect(stdout).toHaveLength(14)
  })

  it('hands a command no descriptor but the three, and no session or group of its own', async () => {
    const { stdout } = await once({}, [
      shell('ls /proc/$$/fd; readlink /proc/$$/fd/0; grep -E "^Groups|^SigBlk" /proc/$$/status'),
    ])
    expect(stdout).toBe('0\n1\n2\n/dev/null\nGroups:\t \nSigBlk:\t0000000000000000\n')
  })

  it('lets a command open /dev/stdout and /dev/stderr once more, to write', async () => {
    const { stdout, stderr, outcome } = await once({}, [
      shell(
        'echo out > /dev/stdout; echo err > /dev/stderr; echo more | tee /dev/stderr; cat 2>/dev/null < /dev/stdout; true',
      ),
    ])
    expect({ stdout, stderr, cause: outcome.cause }).toEqual({
      stdout: 'out\nmore\n',
      stderr: 'err\nmore\n',
      cause: { kind: 'completed' },
    })
  })

  it('survives signals, and goes on when everything else is killed', async () => {
    const { outcome } = await once({}, [
      shell('for s in 1 2 3 9 13 15 19; do kill -$s 1; done 2>/dev/null; kill -9 $$'),
      program('true'),
    ])
    expect(outcome.commands).toHaveLength(1)
    expect(outcome.commands[0]).toMatchObject({ exitCode: 137, signal: 'SIGKILL' })
  })

  it('drops what a forgotten process prints later, and lets it run', async () => {
    const noisy = 'sh -c "sleep 0.3; echo late; echo late >&2; echo ran > /build/ran" & echo first'
    await withSandbox(subject.runner, requestFor(subject.image), async (sandbox) => {
      const wait = shell('while [ ! -e /build/ran ]; do sleep 0.05; done; echo second')
      const { stdout, stderr, outcome } = await runIn(sandbox, [shell(noisy), wait])
      expect({ stdout, stderr, cause: outcome.cause }).toEqual({
        stdout: 'first\nsecond\n',
        stderr: '',
        cause: { kind: 'completed' },
      })
      expect(await filesOf(await sandbox.collect())).toMatchObject({ ran: 'ran\n' })
    })
  })

  it('keeps every byte of a command that ends at once, in order', async () => {
    const { stdout } = await once({}, [shell('i=0; while [ $i -lt 3000 ]; do echo $i; i=$((i+1)); done')])
    expect(stdout).toBe(Array.from({ length: 3000 }, (_, index) => `${index}\n`).join(''))
  })

  it('tells a command that cannot enter /build any more from a failure of ours', async () => {
    const { outcome, stderr } = await once({}, [shell('chmod 0 /build'), program('true')])
    expect(outcome.cause).toEqual({ kind: 'command-failed', index: 1 })
    expect(stderr).toContain('took away the right to enter /build')
  })

  it('refuses a command that is too long for the kernel, with a reason', async () => {
    const { outcome, stderr } = await once({}, [program('echo', 'x'.repeat(2 ** 18))])
    expect(outcome.cause).toEqual({ kind: 'command-failed', index: 0 })
    expect(stderr).toContain('too long')
  })

  it('ends everything when whoever attached is gone', async () => {
    const proxy = await startFreezingProxy(subject.host, join(subject.scratch, 'dies.sock'))
    const runner = subject.create({ docker: { host: proxy.host }, build: 'disk' })
    const request = requestFor(subject.image)
    const sandbox = await runner.open(request, new AbortController().signal)
    const container = subject.api.getContainer(`${subject.labelPrefix}-${request.submission}-1`)
    const running = runIn(sandbox, [shell('trap "" TERM HUP; echo go; sleep 600')], { onOutput: () => proxy.close() })
    await expect(running).rejects.toMatchObject({ name: 'ProviderError', retryable: true })
    await container.wait()
    expect((await container.inspect()).State).toMatchObject({ Running: false, ExitCode: 0 })
    expect((await subject.runner.sweep(() => false)).removed).toHaveLength(1)
  })

  it('ends as a run that is out of memory when the kernel takes PID 1 for it', async () => {
    const request = requestFor(subject.image, { limits: { memoryBytes: 32 * mebibyte, tmpBytes: 96 * mebibyte } })
    await withSandbox(subject.runner, request, async (sandbox) => {
      const container = subject.api.getContainer(`${subject.labelPrefix}-${request.submission}-1`)
      const { State } = await container.inspect()
      // As if it were the largest here, which a command can arrange by keeping itself small.
      await writeFile(`/proc/${State.Pid}/oom_score_adj`, '1000')
      const fill = shell('echo x > x; dd if=/dev/zero of=/tmp/x bs=65536 2>/dev/null')
      const { outcome } = await runIn(sandbox, [fill, program('true')])
      expect(outcome.cause).toEqual({ kind: 'out-of-memory' })
      expect(outcome.commands).toMatchObject([{ exitCode: null }])
      expect(await filesOf(await sandbox.collect())).toMatchObject({ x: 'x\n' })
    })
  })

  it('is not taken for out of memory when somebody kills the container', async () => {
    const request = requestFor(subject.image)
    await withSandbox(subject.runner, request, async (sandbox) => {
      const container = subject.api.getContainer(`${subject.labelPrefix}-${request.submission}-1`)
      const running = runIn(sandbox, [shell('echo go; sleep 60')], { onOutput: () => container.kill() })
      await expect(running).rejects.toMatchObject({ name: 'ProviderError', retryable: true })
    })
  })

  it('blames the run, and not the machine, when memory that no process holds leaves none for a command', async () => {
    const limits = { memoryBytes: 32 * mebibyte, tmpBytes: 96 * mebibyte }
    const small = 'echo 0 > /proc/self/oom_score_adj'
    const fill = shell(`${small}; dd if=/dev/zero of=/tmp/x bs=65536 2>/dev/null; true`)
    const { outcome } = await once({ limits }, [fill, fill, program('true'), program('true')])
    expect(['out-of-memory', 'command-failed', 'completed']).toContain(outcome.cause.kind)
  })

  it('calls a program not found that cannot be executed, for whatever reason the commands make up', async () => {
    const busy = 'cp /bin/busybox true; sleep 60 >> true & while [ ! -e /proc/$!/fd/1 ]; do :; done; true'
    const { outcome } = await once({}, [shell(busy), program('/build/true')])
    expect(outcome.cause).toEqual({ kind: 'command-not-found', index: 1, program: '/build/true' })
  })

  it('closes nothing that it needs when a command closes all it has', async () => {
    const { outcome, stdout } = await once({}, [shell('exec >&- 2>&- <&-; exit 5'), program('echo', 'on')].toReversed())
    expect(stdout).toBe('on\n')
    expect(outcome.commands.map(({ exitCode }) => exitCode)).toEqual([0, 5])
  })
})
