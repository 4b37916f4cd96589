import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { messageOf } from '../../core/errors.ts'
import { runSweeper, type SweeperOptions, sweepOnce } from '../../core/submission/sweeper.ts'
import type { Runner } from '../../worker/runner/runner.ts'
import type { Deployment } from './deployment.ts'
import { removeDeadWork, removeOldWork } from './health-clean.ts'

/**
 * Finishes what dead processes left, in the records and on this host, until `signal` aborts. A process of its own can
 * do it as well as a worker: a frozen worker kills nothing.
 */
export async function runSweeps(deployment: Deployment, runner: Runner, signal: AbortSignal): Promise<void> {
  await Promise.all([runSweeper(sweepingOf(deployment), signal), sweepHost(deployment, runner, signal)])
}

/** One round of it. Rejects when this host could not be swept. */
export async function runSweepsOnce(deployment: Deployment, runner: Runner): Promise<void> {
  await sweepOnce(sweepingOf(deployment))
  await sweepWork(deployment)
  await sweepSandboxes(deployment, runner)
}

function sweepingOf({ config: { server }, records, waker, log }: Deployment): SweeperOptions {
  return {
    runs: records.runs,
    waker,
    log,
    intervalMs: server.sweep_interval,
    maxAttempts: server.max_attempts,
  }
}

/** Removes sandboxes on this host whose lease ran out: a frozen worker cannot kill anything itself. */
export async function sweepSandboxes({ records, log }: Deployment, runner: Runner): Promise<void> {
  const { removed } = await runner.sweep((submission, attempt) => records.lookup.isLeased(submission, attempt))
  for (const sandbox of removed) log.warn(sandbox, 'removed a sandbox that nobody holds a lease for')
}

async function sweepHost(deployment: Deployment, runner: Runner, signal: AbortSignal): Promise<void> {
  const { config, log } = deployment
  while (!signal.aborted) {
    try {
      await sweepWork(deployment)
      await sweepSandboxes(deployment, runner)
    } catch (error) {
      log.warn({ problem: messageOf(error) }, 'cannot sweep this host; trying again')
    }
    await delay(config.server.sweep_interval, undefined, { signal, ref: false }).catch(() => undefined)
  }
}

/** What was left by processes that were killed. */
export async function sweepWork({
  config,
  records,
  log,
}: Pick<Deployment, 'config' | 'records' | 'log'>): Promise<void> {
  const { app, docker, server } = config
  const longestMs = docker.time_limit + docker.grace + server.shutdown_deadline + 3_600_000
  for (const name of ['worker', 'stage']) {
    const folder = join(app.tempdir, name)
    const dead = await removeDeadWork(folder, server.lease_seconds * 1000, records.lookup.isLeased)
    const removed = dead + (await removeOldWork(folder, longestMs))
    if (removed > 0) log.warn({ removed, folder }, 'removed work folders that nobody works in')
  }
}
