import { setTimeout as delay } from 'node:timers/promises'
import type { Logger } from 'pino'
import { messageOf } from '../../core/errors.ts'

/** One thing that has to be in order on this host. */
export interface HealthCheck {
  /** `engine`, `disk`, … */
  readonly name: string
  /** Whether a worker claims no more while this fails. */
  readonly stopsClaims: boolean
  /** What is wrong, in one line. `undefined`: nothing. A rejection counts as wrong. */
  problem(): Promise<string | undefined>
}

export interface HealthOptions {
  readonly checks: readonly HealthCheck[]
  readonly log: Logger
  readonly intervalMs: number
  /** How long one check may take before it counts as failed. */
  readonly limitMs: number
  /** Called with what the first look finds of each part, and again whenever it goes wrong or is well again. */
  readonly onChange?: (part: string, problem: string | undefined) => Promise<void>
}

/** Looks at this host again and again, says once when something goes wrong, and once when it is well again. */
export interface Health {
  /** What is wrong now, a line each. Empty: healthy. */
  reasons(): readonly string[]
  /** Why a worker claims no more now: the worker loop's argument of that name. */
  mayClaim(): string | undefined
  /** Goes through all checks once. */
  look(): Promise<void>
  /** Looks until `signal` aborts. */
  run(signal: AbortSignal): Promise<void>
}

export function createHealth({ checks, log, intervalMs, limitMs, onChange }: HealthOptions): Health {
  const problems = new Map<HealthCheck, string>()
  const untold = new Set(checks)
  const telling = new Set<HealthCheck>()
  const bounded = checks.map((check) => ({ check, ask: oneAtATime(check, limitMs) }))
  const note = (check: HealthCheck, problem: string | undefined) => {
    const before = problems.get(check)
    if (problem === undefined) problems.delete(check)
    else problems.set(check, problem)
    if ((before === undefined) !== (problem === undefined)) {
      tell(log, check, problem)
      untold.add(check)
    }
    passOn(check)
  }
  /** Never waited for: a database that hangs must not hold up the looks. What could not be told is told later. */
  const passOn = (check: HealthCheck) => {
    if (onChange === undefined || telling.has(check) || !untold.delete(check)) return
    telling.add(check)
    void onChange(check.name, problems.get(check))
      .catch(() => untold.add(check))
      .finally(() => telling.delete(check))
  }
  const look = async () => {
    await Promise.all(bounded.map(async ({ check, ask }) => note(check, await ask())))
  }
  return {
    reasons: () => [...problems].map(([{ name }, problem]) => `${name}: ${problem}`),
    mayClaim: () => {
      const first = [...problems].find(([{ stopsClaims }]) => stopsClaims)
      return first === undefined ? undefined : `${first[0].name}: ${first[1]}`
    },
    look,
    run: async (signal) => {
      while (!signal.aborted) {
        await look()
        await delay(intervalMs, undefined, { signal, ref: false }).catch(() => undefined)
      }
    },
  }
}

function tell(log: Logger, { name, stopsClaims }: HealthCheck, problem: string | undefined): void {
  if (problem === undefined) log.info(stopsClaims ? `${name} is well again; claiming again` : `${name} is well again`)
  else log.error({ problem }, stopsClaims ? `${name} is not well; claiming no more` : `${name} is not well`)
}

/** A part that hangs must not collect questions, and a question that got lost must not be the last one. */
const mostHanging = 3

/** Asks with a time limit. While a part hangs, the answer of an earlier question counts as soon as it comes. */
function oneAtATime(check: HealthCheck, limitMs: number): () => Promise<string | undefined> {
  const hanging = new Set<Promise<string | undefined>>()
  return async () => {
    if (hanging.size < mostHanging) {
      const asked = check.problem().catch(messageOf)
      hanging.add(asked)
      const given = delay(limitMs * 10, undefined, { ref: false })
      void Promise.race([asked, given]).finally(() => hanging.delete(asked))
    }
    const timer = new AbortController()
    const late = delay(limitMs, `no answer within ${limitMs / 1000} seconds`, { signal: timer.signal, ref: false })
    try {
      return oneLine(await Promise.race([...hanging, late.catch(() => undefined)]))
    } finally {
      timer.abort()
    }
  }
}

function oneLine(problem: string | undefined): string | undefined {
  return problem?.replaceAll(/\s+/g, ' ').slice(0, 300)
}
