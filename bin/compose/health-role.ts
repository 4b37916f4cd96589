import type { GpuPool } from '../../worker/gpus/gpu-pool.ts'
import type { Runner } from '../../worker/runner/runner.ts'
import type { Deployment } from './deployment.ts'
import { createHealth, type Health } from './health.ts'
import { diskCheck, engineCheck, recordsCheck } from './health-checks.ts'
import { sweepSandboxes, sweepWork } from './sweep-role.ts'
import { gpuCheck } from './worker-gpus.ts'

const lookEveryMs = 10_000
const answerWithinMs = 15_000
/** Where Debian's engine keeps images and containers. Left out where there is no such folder. */
const engineFolder = '/var/lib/docker'

/** What a worker looks at on its own host. */
export function createWorkerHealth(deployment: Deployment, runner: Runner, gpus?: GpuPool): Health {
  const { config, records, log, host } = deployment
  const { disk_clean: cleanBelow, disk_stop: stopBelow } = config.server
  return createHealth({
    log,
    intervalMs: lookEveryMs,
    limitMs: answerWithinMs,
    // The staff channel tells of it: whoever looks after a course does not read this host's log.
    onChange: (name, problem) =>
      problem === undefined ? records.alarms.clear({ host, name }) : records.alarms.raise({ host, name }, problem),
    checks: [
      engineCheck(runner),
      diskCheck({
        folders: watchedFolders(deployment),
        cleanBelow,
        stopBelow,
        log,
        clean: [() => sweepSandboxes(deployment, runner), () => sweepWork(deployment)],
      }),
      recordsCheck(records),
      ...(gpus === undefined ? [] : [gpuCheck(gpus)]),
    ],
  })
}

export function watchedFolders({ config }: Pick<Deployment, 'config'>): readonly string[] {
  const { app, store, docker } = config
  const folders = [app.tempdir, app.data_dir]
  if (store.provider === 'filesystem') folders.push(store.path)
  if (docker.runner === 'docker') folders.push(engineFolder)
  return [...new Set(folders)]
}
