import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { filesOf } from '../../contracts/runner-archives.ts'
import { mebibyte, program, requestFor, runIn, runOnce, shell, withSandbox } from '../../contracts/runner-requests.ts'
import { type DockerSubject, startDockerSubject } from './docker-subject.ts'
import { makeEmptyImage, makeHostileImage } from './hostile-image.ts'

describe('the Docker runner against hostile code', () => {
  let subject: DockerSubject
  beforeAll(async () => {
    subject = await startDockerSubject()
  })
  afterAll(() => subject.close())

  const once = (changes: Parameters<typeof requestFor>[1], ...rest: [Parameters<typeof runOnce>[2]]) =>
    runOnce(subject.runner, requestFor(subject.image, changes), ...rest)

  it('ends a fork bomb with everything it made', async () => {
    const { outcome } = await once({ limits: { timeMs: 3_000, graceMs: 300 } }, [shell('b() { b | b & b; }; b')])
    expect(['timed-out', 'command-failed']).toContain(outcome.cause.kind)
    expect(outcome.durationMs).toBeLessThan(15_000)
  })

  it('says why a command could not start after one that left a fork bomb', async () => {
    const fill = shell(
      'for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do sleep 60 & done 2>/dev/null; true',
    )
    const { outcome } = await once({ limits: { pids: 12, timeMs: 10_000 } }, [fill, program('true')])
    expect(outcome.cause.kind).toBe('command-failed')
  })

  it('bounds /tmp and /dev/shm apart from the memory limit', async () => {
    const fill = (path: string) =>
      shell(`dd if=/dev/zero of=${path} bs=65536; ls -l ${path} | tr -s ' ' | cut -d' ' -f5`)
    const { outcome, stdout, stderr } = await once({}, [fill('/tmp/x'), fill('/dev/shm/x')])
    expect(stdout).toBe(`${4 * mebibyte}\n${2 * mebibyte}\n`)
    expect(stderr.match(/No space left on device/g)).toHaveLength(2)
    expect(outcome.cause).toEqual({ kind: 'completed' })
  })

  it('runs what compilers and tests write to /tmp', async () => {
    const { stdout } = await once({}, [shell('cp /bin/busybox /tmp/echo && /tmp/echo ran')])
    expect(stdout).toBe('ran\n')
  })

  it('counts many small files in /build too', async () => {
    const { outcome } = await once({ limits: { buildBytes: mebibyte } }, [
      shell('i=0; while : > f$i; do i=$((i+1)); done; exit 1'),
    ])
    expect(outcome.cause).toEqual({ kind: 'disk-limit', limit: 'build' })
  })

  it('holds the limits on open files, core dumps and CPU time', async () => {
    const { stdout } = await once({ limits: { openFiles: 33 } }, [shell('ulimit -n; ulimit -c; ulimit -H -n')])
    expect(stdout).toBe('33\n0\n33\n')
  })

  it('measures the peak of the memory', async () => {
    const { outcome } = await once({}, [shell('x=$(head -c 20000000 /dev/zero | tr "\\0" x); test -n "$x"')])
    expect(outcome.peakMemoryBytes).toBeGreaterThan(20_000_000)
    expect(outcome.peakMemoryBytes).toBeLessThanOrEqual(96 * mebibyte)
  })

  it('is not fooled by a program that prints what the engine prints', async () => {
    const text = 'OCI runtime exec failed: exec failed: exec: "x": executable file not found in $PATH: unknown'
    const { outcome, stdout } = await once({}, [shell(`echo '${text}'; exit 126`)])
    expect(outcome.cause).toEqual({ kind: 'command-failed', index: 0 })
    expect(stdout).toBe(`${text}\n`)
  })

  it('takes a line of 100 MB without a newline', async () => {
    let bytes = 0
    const request = requestFor(subject.image, { limits: { outputBytes: 1e9 } })
    const { outcome } = await runOnce(subject.runner, request, [shell('head -c 100000000 /dev/zero | tr "\\0" a')], {
      onOutput: (chunk) => {
        bytes += chunk.bytes.length
      },
    })
    expect(outcome.cause).toEqual({ kind: 'completed' })
    expect(bytes).toBe(100_000_000)
  })

  it('reads no file of the host through a link in /build', async () => {
    await withSandbox(subject.runner, requestFor(subject.image), async (sandbox) => {
      await runIn(sandbox, [shell('ln -s /etc/hostname a; ln -s / root; mkdir d; ln -s ../../.. d/up; chmod 0 /build')])
      expect(await filesOf(await sandbox.collect())).toEqual({ '': '', a: '', root: '', d: '', 'd/up': '' })
    })
  })

  it('obeys nothing that an image says about environment, users, volumes or programs', async () => {
    const image = `${subject.labelPrefix}-hostile:1`
    await makeHostileImage(subject.api, image)
    await withSandbox(subject.runner, requestFor(image), async (sandbox) => {
      const filters = { label: [`${subject.labelPrefix}.owner=test`] }
      const [container] = await subject.api.listContainers({ filters })
      const { Config, Mounts } = await subject.api.getContainer(container?.Id ?? '').inspect()
      // A name alone says that the variable is taken away.
      expect(Config.Env.filter((entry) => entry.includes('=') && !entry.startsWith('PATH='))).toEqual([])
      expect(Mounts.map(({ Destination }) => Destination).toSorted()).toEqual(['/.rai-init', '/build', '/src'])
      const text =
        'id -u; env; touch /data/x 2>/dev/null || echo read-only; touch /open/x 2>/dev/null && echo wrote; grep CapBnd /proc/self/status; su -c id root 2>&1'
      const { stdout } = await runIn(sandbox, [shell(text)])
      expect(stdout).toMatch(/^10000\n/)
      expect(stdout).toContain('COURSE=os')
      expect(stdout).toContain('read-only')
      expect(stdout).toMatch(/CapBnd:\s+0{16}\n/)
      expect(stdout).not.toMatch(/evil|NVIDIA|uid=0|wrote/)
    })
    await subject.api.getImage(image).remove({ force: true })
  })

  it('refuses an image without a shell, and leaves nothing of it', async () => {
    const image = `${subject.labelPrefix}-empty:1`
    await makeEmptyImage(subject.api, image)
    const opening = subject.runner.open(requestFor(image), new AbortController().signal)
    await expect(opening).rejects.toMatchObject({ name: 'Refusal', code: 'unusable-image' })
    expect(await leftovers(subject)).toEqual([])
    await subject.api.getImage(image).remove({ force: true })
  })

  it.each(['rai-test/no-such-image:1', '../containers/json', 'a b', '-x', `a${'b'.repeat(300)}`, ''])(
    'refuses the unknown image %j',
    async (image) => {
      const opening = subject.runner.open(requestFor(image), new AbortController().signal)
      await expect(opening).rejects.toMatchObject({ name: 'Refusal', code: 'unknown-image' })
    },
  )

  it('takes the start of an id for a name, because an id reaches the image of anybody', async () => {
    const { Id } = await subject.api.getImage(subject.image).inspect()
    const opening = subject.runner.open(requestFor(Id.slice(7, 19)), new AbortController().signal)
    await expect(opening).rejects.toMatchObject({ name: 'Refusal', code: 'unknown-image' })
  })

  it('leaves no container, volume, mount, loop device or folder behind, whatever happened', async () => {
    const source = async () => {
      throw new Error('no source')
    }
    await subject.runner.open(requestFor(subject.image, { source }), new AbortController().signal).catch(() => {})
    await once({ limits: { timeMs: 500, graceMs: 100 } }, [shell('trap "" TERM; sleep 60')])
    await once({}, [shell('kill -9 -1')])
    expect(await leftovers(subject)).toEqual([])
  })
})

async function leftovers({ api, labelPrefix, scratch }: DockerSubject): Promise<string[]> {
  const filters = { label: [`${labelPrefix}.owner=test`] }
  const containers = await api.listContainers({ all: true, filters })
  const { Volumes } = await api.listVolumes({ filters: JSON.stringify(filters) })
  const mounts = readFileSync('/proc/mounts', 'utf8').split('\n')
  const loops = readdirSync('/sys/block').filter((name) => name.startsWith('loop'))
  const files = loops.map(backingFile)
  return [
    ...containers.map(({ Id }) => Id),
    ...(Volumes ?? []).map(({ Name }) => Name),
    ...[...mounts, ...files].filter((line) => line.includes(scratch)),
    // PID 1's program stays for the next one.
    ...readdirSync(scratch).filter((name) => !name.startsWith('init.')),
  ]
}

/** Empty for a loop device that nothing uses. */
function backingFile(name: string): string {
  const path = `/sys/block/${name}/loop/backing_file`
  return existsSync(path) ? readFileSync(path, 'utf8') : ''
}
