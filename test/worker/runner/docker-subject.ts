import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Docker from 'dockerode'
import { ensureEngine } from '../../../bin/machine/engine.ts'
import { ensureBusyboxImage } from '../../../bin/machine/images.ts'
import { createDockerRunner, type DockerRunnerOptions } from '../../../worker/runner/docker.ts'
import type { Runner } from '../../../worker/runner/runner.ts'

const busybox = 'rai-test/busybox:latest'

export interface DockerSubject {
  readonly runner: Runner
  readonly api: Docker
  readonly host: string
  readonly labelPrefix: string
  readonly scratch: string
  readonly image: string
  /** Another runner on the same engine and folder. */
  create(changes?: Partial<DockerRunnerOptions>): Runner
  /** Ends everything of ours. */
  close(): Promise<void>
}

/** A runner on a real engine, with labels of its own, so that several test files can share the engine. */
export async function startDockerSubject(changes: Partial<DockerRunnerOptions> = {}): Promise<DockerSubject> {
  const engine = await ensureEngine(() => {})
  const api = new Docker({ socketPath: engine.host.replace('unix://', '') })
  await ensureBusyboxImage(api)
  const scratch = mkdtempSync(join(tmpdir(), 'rai-runner-'))
  const labelPrefix = `rai-test-${process.pid}-${Math.random().toString(36).slice(2, 8)}`
  const base = { docker: { host: engine.host }, scratch, labelPrefix, owner: 'test', ...changes }
  const create = (more: Partial<DockerRunnerOptions> = {}) => createDockerRunner({ ...base, ...more })
  const runner = create()
  return {
    runner,
    api,
    host: engine.host,
    labelPrefix,
    scratch,
    image: busybox,
    create,
    async close() {
      await runner.sweep(() => false)
      await runner.close()
      rmSync(scratch, { recursive: true, force: true })
      await engine.stop()
    },
  }
}
