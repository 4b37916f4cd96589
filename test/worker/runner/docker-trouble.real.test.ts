import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { filesOf } from '../../contracts/runner-archives.ts'
import { program, requestFor, runIn, shell, withSandbox } from '../../contracts/runner-requests.ts'
import { type DockerSubject, startDockerSubject } from './docker-subject.ts'
import { startFreezingProxy } from './freezing-proxy.ts'

const never = new AbortController().signal

describe('the Docker runner in trouble', () => {
  let subject: DockerSubject
  beforeAll(async () => {
    subject = await startDockerSubject()
  })
  afterAll(() => subject.close())

  it('rejects, to be tried again, when the engine hangs while a command runs', async () => {
    const proxy = await startFreezingProxy(subject.host, join(subject.scratch, 'hangs.sock'))
    const runner = subject.create({ docker: { host: proxy.host }, engineLimitMs: 4_000, build: 'disk' })
    const sandbox = await runner.open(requestFor(subject.image), never)
    const running = runIn(sandbox, [shell('echo go; sleep 60')], { onOutput: () => proxy.freeze() })
    await expect(running).rejects.toMatchObject({ name: 'ProviderError', retryable: true })
    await expect(runner.open(requestFor(subject.image), never)).rejects.toMatchObject({
      name: 'ProviderError',
      retryable: true,
    })
    await expect(runner.check()).rejects.toMatchObject({ name: 'ProviderError', retryable: true })
    await proxy.close()
    // The second one, which could not be opened, may have left its disk.
    expect((await subject.runner.sweep(() => false)).removed).toHaveLength(1)
  })

  it('rejects, to be tried again, when no engine is there', async () => {
    const runner = subject.create({ docker: { host: 'unix:///nowhere/docker.sock' } })
    await expect(runner.open(requestFor(subject.image), never)).rejects.toMatchObject({
      name: 'ProviderError',
      retryable: true,
    })
  })

  it('rejects, to be tried again, when somebody removes the container', async () => {
    const request = requestFor(subject.image)
    await withSandbox(subject.runner, request, async (sandbox) => {
      const container = subject.api.getContainer(`${subject.labelPrefix}-${request.submission}-1`)
      const running = runIn(sandbox, [shell('echo go; sleep 60')], {
        onOutput: () => container.remove({ force: true }),
      })
      await expect(running).rejects.toMatchObject({ name: 'ProviderError', retryable: true })
    })
  })

  it('sweeps a disk whose container somebody else removed, and no foreign one', async () => {
    const request = requestFor(subject.image)
    await subject.runner.open(request, never)
    const elsewhere = subject.create({ owner: 'another-installation', scratch: join(subject.scratch, 'another') })
    expect((await elsewhere.sweep(() => false)).removed).toEqual([])
    await subject.api.getContainer(`${subject.labelPrefix}-${request.submission}-1`).remove({ force: true, v: true })
    expect((await subject.runner.sweep(async () => true)).removed).toEqual([])
    expect((await subject.runner.sweep(async () => false)).removed).toEqual([
      { submission: request.submission, attempt: 1 },
    ])
  })

  describe('with /build in memory, as on an engine elsewhere', () => {
    it('bounds it, and keeps it after a time-out', async () => {
      const runner = subject.create({ build: 'memory' })
      const full = await withSandbox(runner, requestFor(subject.image), (sandbox) =>
        runIn(sandbox, [shell('dd if=/dev/zero of=x bs=65536 2>/dev/null')]),
      )
      expect(full.outcome.cause).toEqual({ kind: 'disk-limit', limit: 'build' })
      const request = requestFor(subject.image, { limits: { timeMs: 1_000, graceMs: 300 } })
      await withSandbox(runner, request, async (sandbox) => {
        const { outcome } = await runIn(sandbox, [shell('trap "" TERM; echo kept > kept; while :; do sleep 0.1; done')])
        expect(outcome.cause).toEqual({ kind: 'timed-out' })
        expect(await filesOf(await sandbox.collect())).toMatchObject({ kept: 'kept\n' })
      })
    })
  })

  it('starts an absolute program without a shell', async () => {
    await withSandbox(subject.runner, requestFor(subject.image), async (sandbox) => {
      const { stdout } = await runIn(sandbox, [program('/bin/echo', '$HOME', 'a b')])
      expect(stdout).toBe('$HOME a b\n')
    })
  })
})
