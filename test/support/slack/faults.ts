/**
 * What the next call of a method meets instead of an answer: an `{ ok: false }` code, an HTTP status, `hang` (no answer
 * ever), or `lost-answer` (the call takes effect, the connection breaks before the bot hears of it).
 */
export type Fault = string | 429 | 500 | 503 | 'hang' | 'lost-answer'

export interface FaultOptions {
  /** How many calls meet it; 1 unless told. */
  readonly times?: number
  /** Seconds, for 429; 1 unless told. */
  readonly retryAfter?: number
}

interface ArmedFault {
  readonly fault: Fault
  readonly retryAfter: number
}

export interface Faults {
  arm(method: string, fault: Fault, options?: FaultOptions): void
  take(method: string): ArmedFault | undefined
}

export const createFaults = (): Faults => {
  const armed = new Map<string, ArmedFault[]>()
  return {
    arm(method, fault, { times = 1, retryAfter = 1 } = {}) {
      const list = armed.get(method) ?? []
      for (let time = 0; time < times; time += 1) list.push({ fault, retryAfter })
      armed.set(method, list)
    },
    take: (method) => armed.get(method)?.shift(),
  }
}
