import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import type { Runner } from '../../worker/runner/runner.ts'
import { filesOf } from './runner-archives.ts'
import { program, requestFor, runIn, runOnce, shell, withSandbox } from './runner-requests.ts'

export interface RunnerUnderTest {
  readonly runner: Runner
  /** An image with a shell and the usual commands. */
  readonly image: string
}

const never = new AbortController().signal

/** What every runner does. */
export function runnerContract(subject: () => RunnerUnderTest): void {
  const once = (changes: Parameters<typeof requestFor>[1], ...rest: Rest) =>
    runOnce(subject().runner, requestFor(subject().image, changes), ...rest)
  type Rest = Parameters<typeof runOnce> extends [unknown, unknown, ...infer R] ? R : never

  describe('commands', () => {
    it('run in order in /build, keep stdout and stderr apart, and tell each exit code', async () => {
      const commands = [shell('pwd; echo two >&2'), shell('cat /src/hello; exit 3'), shell('echo never')]
      const { outcome, stdout, stderr, events } = await once({}, commands)
      expect(stdout).toBe('/build\nhello from the source\n')
      expect(stderr).toBe('two\n')
      expect(outcome.cause).toEqual({ kind: 'command-failed', index: 1 })
      expect(outcome.commands.map(({ exitCode }) => exitCode)).toEqual([0, 3])
      expect(events.map(({ kind, index }) => `${kind} ${index}`)).toEqual([
        'started 0',
        'ended 0',
        'started 1',
        'ended 1',
      ])
    })

    it('complete with a duration', async () => {
      const { outcome } = await once({}, [program('true')])
      expect(outcome.cause).toEqual({ kind: 'completed' })
      expect(outcome.commands[0]?.durationMs).toBeGreaterThan(0)
      expect(outcome.durationMs).toBeGreaterThanOrEqual(outcome.commands[0]?.durationMs ?? 0)
    })

    it('all run when asked to keep going, and the first failure is the cause', async () => {
      const { outcome, stdout } = await once({}, [shell('exit 4'), shell('echo on'), shell('exit 5')], {
        keepGoing: true,
      })
      expect(stdout).toBe('on\n')
      expect(outcome.cause).toEqual({ kind: 'command-failed', index: 0 })
      expect(outcome.commands.map(({ exitCode }) => exitCode)).toEqual([4, 0, 5])
    })

    it('see the environment they were given, and PATH and HOME in any case', async () => {
      const { stdout } = await once({ environment: { RAI_TEAM: 'a b=c' } }, [
        shell('echo "$RAI_TEAM|$HOME"; ls / >/dev/null'),
      ])
      expect(stdout).toBe('a b=c|/tmp\n')
    })

    it('find in /build and /tmp what those before them left', async () => {
      const { stdout } = await once({}, [shell('echo b > /build/f; echo t > /tmp/f'), shell('cat f /tmp/f')])
      expect(stdout).toBe('b\nt\n')
    })

    it('end with their own process, whatever they leave in the background', async () => {
      const { outcome, stdout } = await once({}, [shell('sleep 60 & echo started'), shell('echo next')])
      expect(stdout).toBe('started\nnext\n')
      expect(outcome.cause).toEqual({ kind: 'completed' })
      expect(outcome.durationMs).toBeLessThan(15_000)
    })

    it('are not found by name', async () => {
      const { outcome, stdout } = await once({}, [program('no-such-program', '-x')])
      expect(outcome.cause).toEqual({ kind: 'command-not-found', index: 0, program: 'no-such-program' })
      expect(outcome.commands[0]?.exitCode).toBe(127)
      expect(stdout).toBe('')
    })

    it('are not found by path, nor run when they are no program', async () => {
      const found = await once({}, [program('/no/such'), program('/etc'), program('/src/hello')], { keepGoing: true })
      expect(found.outcome.cause).toEqual({ kind: 'command-not-found', index: 0, program: '/no/such' })
      expect(found.outcome.commands.map(({ exitCode }) => exitCode)).toEqual([127, 127, 127])
    })

    it('that exit with 126 or 127 themselves have failed, and were found', async () => {
      const { outcome } = await once({}, [shell('exit 126'), shell('nope-nope')], { keepGoing: true })
      expect(outcome.cause).toEqual({ kind: 'command-failed', index: 0 })
      expect(outcome.commands.map(({ exitCode }) => exitCode)).toEqual([126, 127])
    })

    it('that a signal ended are told by it', async () => {
      const { outcome } = await once({}, [shell('kill -SEGV $$')])
      expect(outcome.commands[0]).toMatchObject({ exitCode: 139, signal: 'SIGSEGV' })
      expect(outcome.cause).toEqual({ kind: 'command-failed', index: 0 })
    })

    it('may print any bytes', async () => {
      const chunks: Buffer[] = []
      const text = "printf 'a\\000\\377\\376b\\rc'"
      await once({}, [shell(text)], { onOutput: ({ bytes }) => void chunks.push(bytes) })
      expect(Buffer.concat(chunks)).toEqual(Buffer.from([0x61, 0, 0xff, 0xfe, 0x62, 0x0d, 0x63]))
    })
  })

  describe('limits', () => {
    it('end a command that sleeps, with its output and /build intact', async () => {
      const request = requestFor(subject().image, { limits: { timeMs: 1_000 } })
      await withSandbox(subject().runner, request, async (sandbox) => {
        const { outcome, stdout } = await runIn(sandbox, [
          shell('echo before; echo kept > kept; sleep 60'),
          shell('echo no'),
        ])
        expect(outcome.cause).toEqual({ kind: 'timed-out' })
        expect(outcome.commands).toMatchObject([{ exitCode: null }])
        expect(stdout).toBe('before\n')
        expect(outcome.durationMs).toBeGreaterThan(990)
        expect(outcome.durationMs).toBeLessThan(20_000)
        expect(await filesOf(await sandbox.collect())).toMatchObject({ kept: 'kept\n' })
      })
    })

    it('let a command end itself at TERM', async () => {
      const text = 'trap "echo last words; echo saved > saved; exit 0" TERM; echo ready; while :; do sleep 0.1; done'
      const request = requestFor(subject().image, { limits: { timeMs: 1_500, graceMs: 10_000 } })
      await withSandbox(subject().runner, request, async (sandbox) => {
        const { outcome, stdout } = await runIn(sandbox, [shell(text)])
        expect(outcome.cause).toEqual({ kind: 'timed-out' })
        expect(stdout).toBe('ready\nlast words\n')
        expect(outcome.durationMs).toBeLessThan(25_000)
        expect(await filesOf(await sandbox.collect())).toMatchObject({ saved: 'saved\n' })
      })
    })

    it('kill a command that ignores TERM', async () => {
      const text = 'trap "" TERM; echo ready; while :; do sleep 0.1; done'
      const { outcome } = await once({ limits: { timeMs: 1_000, graceMs: 500 } }, [shell(text)])
      expect(outcome.cause).toEqual({ kind: 'timed-out' })
      expect(outcome.durationMs).toBeGreaterThan(1_450)
      expect(outcome.durationMs).toBeLessThan(20_000)
    })

    it('stop a flood of output at the very byte', async () => {
      let bytes = 0
      const { outcome } = await once({ limits: { outputBytes: 100_000 } }, [shell('yes')], {
        onOutput: (chunk) => {
          bytes += chunk.bytes.length
        },
      })
      expect(outcome.cause).toEqual({ kind: 'output-limit' })
      expect(bytes).toBe(100_000)
    })

    it('stop a command that fills /build', async () => {
      const text = 'dd if=/dev/zero of=big bs=65536 2>/dev/null'
      const request = requestFor(subject().image)
      await withSandbox(subject().runner, request, async (sandbox) => {
        const { outcome } = await runIn(sandbox, [shell(text)])
        expect(outcome.cause).toEqual({ kind: 'disk-limit', limit: 'build' })
      })
    })

    it('tell a file that grew too large', async () => {
      const limits = { fileBytes: 1024 * 1024 }
      const { outcome } = await once({ limits }, [program('dd', 'if=/dev/zero', 'of=big', 'bs=65536', 'count=64')])
      expect(outcome.cause).toEqual({ kind: 'disk-limit', limit: 'file' })
    })

    it('tell a command that was killed for its memory', async () => {
      const { outcome } = await once({ limits: { memoryBytes: 32 * 1024 * 1024 } }, [shell('exec tail /dev/zero')])
      expect(outcome.cause).toEqual({ kind: 'out-of-memory' })
    })

    it('tell a command that failed because its child was killed for memory, and not one that did not fail', async () => {
      const limits = { memoryBytes: 32 * 1024 * 1024 }
      const commands = [shell('tail /dev/zero; exit 0'), shell('exit 1')]
      const survived = await once({ limits }, commands)
      expect(survived.outcome.cause).toEqual({ kind: 'command-failed', index: 1 })
      const failed = await once({ limits }, [shell('tail /dev/zero || exit 2')])
      expect(failed.outcome.cause).toEqual({ kind: 'out-of-memory' })
    })
  })

  describe('a cancel', () => {
    it('ends the run soon, and what was there can be collected', async () => {
      const request = requestFor(subject().image)
      await withSandbox(subject().runner, request, async (sandbox) => {
        const cancel = new AbortController()
        const onOutput = () => cancel.abort()
        const { outcome } = await runIn(sandbox, [shell('echo x > x; echo go; sleep 60')], {
          signal: cancel.signal,
          onOutput,
        })
        expect(outcome.cause).toEqual({ kind: 'aborted' })
        expect(outcome.durationMs).toBeLessThan(15_000)
        expect(await filesOf(await sandbox.collect())).toMatchObject({ x: 'x\n' })
      })
    })

    it('before the start runs nothing', async () => {
      const { outcome, events } = await once({}, [program('true')], { signal: AbortSignal.abort() })
      expect(outcome).toMatchObject({ cause: { kind: 'aborted' }, commands: [] })
      expect(events).toEqual([])
    })

    it('while opening rejects with its reason', async () => {
      const reason = new Error('lease lost')
      const opening = subject().runner.open(requestFor(subject().image), AbortSignal.abort(reason))
      await expect(opening).rejects.toBe(reason)
    })
  })

  describe('output', () => {
    it('waits for a slow reader, and loses nothing', async () => {
      let bytes = 0
      const { outcome } = await once({ limits: { outputBytes: 1e9 } }, [shell('head -c 3000000 /dev/zero')], {
        onOutput: async (chunk) => {
          bytes += chunk.bytes.length
          await sleep(5)
        },
      })
      expect(outcome.cause).toEqual({ kind: 'completed' })
      expect(bytes).toBe(3_000_000)
    })
  })

  describe('isolation', () => {
    it('has no network: no way out, not even to the host', async () => {
      const text =
        'tail -n +2 /proc/net/route; grep -c eth /proc/net/dev; wget -q -T 2 -O - http://172.17.0.1/ 2>/dev/null; echo $?'
      const { stdout } = await once({}, [shell(text)])
      expect(stdout).toMatch(/^0\n[1-9]\d*\n$/)
    })

    it('cannot write to /src, nor to the root, nor to the devices', async () => {
      const text =
        'for f in /src/x /src/hello /x /etc/x /usr/x /dev/x /proc/sys/kernel/core_pattern; do echo x > $f && echo wrote $f; done; true'
      const { stdout, stderr } = await once({}, [shell(`{ ${text}; } 2>/dev/null`)])
      expect(stdout).toBe('')
      expect(stderr).toBe('')
    })

    it('runs as nobody in particular, without capabilities', async () => {
      const { stdout } = await once({}, [shell('id -u; grep -E "^(CapEff|CapPrm|NoNewPrivs):" /proc/self/status')])
      expect(stdout).toMatch(/^[1-9]\d*\nCapPrm:\s+0+\nCapEff:\s+0+\nNoNewPrivs:\s+1\n$/)
    })

    it('cannot make device nodes, nor mount', async () => {
      const { stdout } = await once({}, [
        shell('mknod d c 1 3 2>/dev/null && echo made; mount -t tmpfs t /tmp 2>/dev/null && echo mounted; true'),
      ])
      expect(stdout).toBe('')
    })

    it('survives commands that kill all they can', async () => {
      const { outcome, stdout } = await once(
        {},
        [shell('kill -9 1 2>/dev/null; echo alive'), shell('kill -9 -1'), shell('echo still')],
        {
          keepGoing: true,
        },
      )
      expect(stdout).toBe('alive\nstill\n')
      expect(outcome.commands).toHaveLength(3)
    })
  })

  describe('the sandbox', () => {
    it('gives back what /build holds, with names relative to it', async () => {
      const request = requestFor(subject().image)
      await withSandbox(subject().runner, request, async (sandbox) => {
        await runIn(sandbox, [shell('mkdir -p a/b; echo deep > a/b/c; ln -s c a/b/d; ln -s /etc/passwd out')])
        const files = await filesOf(await sandbox.collect())
        expect(files).toMatchObject({ 'a/b/c': 'deep\n', 'a/b/d': '', out: '' })
      })
    })

    it('can stand beside another of the same attempt, as one that grades does', async () => {
      const request = requestFor(subject().image)
      await withSandbox(subject().runner, request, async (first) => {
        await withSandbox(subject().runner, request, async (second) => {
          expect((await runIn(second, [shell('ls')])).stdout).toBe('')
        })
        expect((await runIn(first, [shell('echo > here; ls')])).stdout).toBe('here\n')
      })
      await withSandbox(subject().runner, request, async (third) => {
        expect((await runIn(third, [shell('ls')])).stdout).toBe('')
      })
    })

    it('is removed more than once without harm', async () => {
      const sandbox = await subject().runner.open(requestFor(subject().image), never)
      await Promise.all([sandbox.remove(), sandbox.remove()])
      await sandbox.remove()
    })

    it('rejects with the error of a source that fails', async () => {
      const source = async () => {
        throw new Error('the store is away')
      }
      const opening = subject().runner.open(requestFor(subject().image, { source }), never)
      await expect(opening).rejects.toThrow('the store is away')
    })
  })

  describe('the sweep', () => {
    it('removes what is not live, and only that', async () => {
      const { runner, image } = subject()
      const [dead, live] = [requestFor(image), requestFor(image)]
      await runner.open(dead, never)
      const sandbox = await runner.open(live, never)
      const report = await runner.sweep((submission) => submission !== dead.submission)
      expect(report.removed).toEqual([{ submission: dead.submission, attempt: 1 }])
      expect((await runIn(sandbox, [shell('echo alive')])).stdout).toBe('alive\n')
      await sandbox.remove()
      expect((await runner.sweep(() => false)).removed).toEqual([])
    })
  })

  it('checks and describes itself', async () => {
    await subject().runner.check()
    expect(await subject().runner.describe()).toMatch(/^(docker|bubblewrap) \d/)
  })
}
