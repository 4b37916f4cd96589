import type { Metrics } from '../../core/metrics/metrics.ts'
import type { Runner, Sandbox } from '../../worker/runner/runner.ts'

/** The same runner, with how long it takes to be ready and how long commands run. */
export function measureRunner(runner: Runner, metrics: Metrics): Runner {
  return {
    ...runner,
    open: async (request, signal) => {
      const stop = metrics.startLatency.startTimer()
      const sandbox = await runner.open(request, signal)
      stop()
      return measureSandbox(sandbox, metrics)
    },
  }
}

function measureSandbox(sandbox: Sandbox, metrics: Metrics): Sandbox {
  return {
    ...sandbox,
    run: async (options) => {
      const outcome = await sandbox.run(options)
      metrics.runTime.observe(outcome.durationMs / 1000)
      return outcome
    },
  }
}
