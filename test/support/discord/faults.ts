/**
 * What the next request of an operation meets instead of its answer: an HTTP status, an error with Discord's code,
 * `hang` (no answer ever), or `lost-answer` (it takes effect, the connection breaks before the bot hears of it).
 */
export type Fault = number | { readonly status: number; readonly code: number; readonly message?: string } | Cut
type Cut = 'hang' | 'lost-answer'

export interface FaultOptions {
  /** How many requests meet it; 1 unless told. */
  readonly times?: number
  /** Seconds, for 429; 1 unless told. */
  readonly retryAfter?: number
  /** For 429: `X-RateLimit-Scope`; `shared` unless told, `global` for the limit of all routes. */
  readonly scope?: 'user' | 'global' | 'shared'
  /** Only requests with these path parameters: `{ channel_id: … }`. */
  readonly where?: Readonly<Record<string, string>>
}

export interface ArmedFault extends FaultOptions {
  readonly fault: Fault
}

export interface Faults {
  arm(operation: string, fault: Fault, options?: FaultOptions): void
  take(operation: string, params: Readonly<Record<string, string>>): ArmedFault | undefined
}

type Params = Readonly<Record<string, string>>

const fits = ({ where = {} }: FaultOptions, params: Params): boolean =>
  Object.entries(where).every(([name, value]) => params[name] === value)

export const createFaults = (): Faults => {
  const armed = new Map<string, ArmedFault[]>()
  return {
    arm(operation, fault, options = {}) {
      const { times = 1 } = options
      const waiting = armed.get(operation) ?? []
      armed.set(operation, [...waiting, ...Array.from({ length: times }, () => ({ ...options, fault }))])
    },
    take(operation, params) {
      const waiting = armed.get(operation) ?? []
      const index = waiting.findIndex((fault) => fits(fault, params))
      return index === -1 ? undefined : waiting.splice(index, 1)[0]
    },
  }
}
