import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Docker from 'dockerode'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type DockerDaemon, startDaemon, stopDaemon } from '../../../bin/machine/dockerd.ts'
import { ensureBusyboxImage } from '../../../bin/machine/images.ts'
import { ensurePackages } from '../../../bin/machine/packages.ts'
import { createDockerRunner } from '../../../worker/runner/docker.ts'
import type { Runner } from '../../../worker/runner/runner.ts'
import { filesOf } from '../../contracts/runner-archives.ts'
import { requestFor, runIn, shell, withSandbox } from '../../contracts/runner-requests.ts'

/** gVisor, by an engine of this file's own: the machine's does not know the runtime. */
let runner: Runner
let daemon: DockerDaemon
let folder: string

beforeAll(async () => {
  await ensurePackages([{ package: 'runsc', provides: 'runsc', why: 'test another OCI runtime' }], () => {})
  folder = mkdtempSync(join(tmpdir(), 'rai-runsc-'))
  const path = execFileSync('which', ['runsc'], { encoding: 'utf8' }).trim()
  daemon = {
    socket: join(folder, 'docker.sock'),
    pidFile: join(folder, 'docker.pid'),
    stateFolder: folder,
    extraArguments: [
      `--data-root=${join(folder, 'data')}`,
      `--exec-root=${join(folder, 'exec')}`,
      `--config-file=${join(folder, 'daemon.json')}`,
    ],
  }
  // A sandbox without network is one that gVisor wants to be told of.
  const runtimes = { runsc: { path, runtimeArgs: ['--network=none'] } }
  writeFileSync(join(folder, 'daemon.json'), JSON.stringify({ runtimes }))
  await startDaemon(daemon)
  const api = new Docker({ socketPath: daemon.socket })
  await ensureBusyboxImage(api)
  const scratch = join(folder, 'scratch')
  runner = createDockerRunner({
    docker: { host: `unix://${daemon.socket}` },
    scratch,
    labelPrefix: 'rai-runsc',
    runtime: 'runsc',
  })
})

afterAll(async () => {
  await runner.sweep(() => false).catch(() => undefined)
  await stopDaemon(daemon)
  rmSync(folder, { recursive: true, force: true })
})

it('runs a job under gVisor, apart from the kernel of this host', async () => {
  const limits = { pids: 256, memoryBytes: 512 * 1024 * 1024 }
  await withSandbox(runner, requestFor('rai-test/busybox:latest', { limits }), async (sandbox) => {
    const { outcome, stdout } = await runIn(sandbox, [
      shell('dmesg | grep -c gVisor; cat /src/hello; id -u; echo kept > kept'),
      shell('cat kept; exit 3'),
    ])
    expect(stdout).toBe('1\nhello from the source\n10000\nkept\n')
    expect(outcome.cause).toEqual({ kind: 'command-failed', index: 1 })
    expect(await filesOf(await sandbox.collect())).toMatchObject({ kept: 'kept\n' })
  })
})
