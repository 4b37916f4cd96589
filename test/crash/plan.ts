import type { Failpoint } from '../../core/failpoint.ts'
import { seededRandom } from '../support/simulate.ts'

/** The parts that can fail, besides our own processes. */
export type Part = 'redis' | 'queue' | 'store' | 'engine' | 'database'

/** What happens to one schedule. */
export type Accident =
  /** The process that gets there dies. */
  | { readonly kind: 'kill'; readonly at: Failpoint }
  /** The process that gets there stands still until another has taken over, and then goes on. */
  | { readonly kind: 'freeze'; readonly at: Failpoint }
  /** A part dies, hangs or loses its connections while a process stands there; it comes back after a while. */
  | { readonly kind: 'outage'; readonly at: Failpoint; readonly part: Part; readonly how: How; readonly ms: number }
  /** Wake-ups come twice, late and out of order, and acknowledgements get lost. */
  | { readonly kind: 'mischief'; readonly copies: number; readonly lateMs: number; readonly lost: number }
  /** The disk for work is full while a process stands there. */
  | { readonly kind: 'full-disk'; readonly at: Failpoint; readonly ms: number }

/** `tear`: connections break after so many bytes, half-way through an answer. */
export type How = 'dead' | 'hangs' | { readonly tear: number }

export interface Plan {
  readonly seed: number
  readonly accident: Accident
}

export const botPhases = [
  'received',
  'staging-claimed',
  'source-put',
  'enqueued',
  'wake-up-sent',
  'root-sending',
  'root-posted',
  'root-sent',
  'card-sending',
  'card-posted',
  'card-sent',
  'verdict-sending',
  'verdict-posted',
  'verdict-sent',
  'log-sending',
  'log-posted',
  'log-sent',
  'thread-ended',
] as const satisfies readonly Failpoint[]

export const workerPhases = [
  'claimed',
  'image-ready',
  'container-started',
  'mid-output',
  'run-over',
  'result-kept',
  'verdict-committed',
] as const satisfies readonly Failpoint[]

/** While a worker has a run. */
const atWork = ['claimed', 'image-ready', 'container-started', 'mid-output', 'run-over'] as const

const phases = [...botPhases, ...workerPhases]
const parts = ['redis', 'queue', 'store', 'engine', 'database'] as const

/** The same seed is the same plan. Consecutive seeds go through the kinds and phases in turn, so that few meet all. */
export function planOf(seed: number): Plan {
  const random = seededRandom(seed)
  const oneOf = <T>(list: readonly [T, ...T[]]): T => list[Math.floor(random() * list.length)] ?? list[0]
  // 7 and 25 have no common factor: all phases are met before one comes again.
  const at = phases[(seed * 7) % phases.length] ?? 'claimed'
  return { seed, accident: accidentOf(seed % 5) }

  function accidentOf(turn: number): Accident {
    if (turn === 0 || turn === 3) return { kind: 'kill', at }
    if (turn === 1) {
      const how = oneOf<How>(['dead', 'hangs', { tear: 1 + Math.floor(random() * 4000) }])
      const part = parts[Math.floor(seed / 5) % parts.length] ?? 'redis'
      const ms = 500 + Math.floor(random() * 3000)
      // Nobody but a worker asks the engine for anything.
      return { kind: 'outage', at: part === 'engine' ? oneOf(atWork) : at, part, how, ms }
    }
    if (turn === 2) return { kind: 'freeze', at }
    if (random() < 0.5) return { kind: 'mischief', copies: 3, lateMs: 1500, lost: 0.5 }
    return { kind: 'full-disk', at: oneOf(atWork), ms: 500 + Math.floor(random() * 2000) }
  }
}

export function describePlan({ accident }: Plan): string {
  switch (accident.kind) {
    case 'kill':
    case 'freeze':
      return `${accident.kind} at ${accident.at}`
    case 'outage':
      return `${accident.part} ${typeof accident.how === 'string' ? accident.how : `tears after ${accident.how.tear} bytes`} for ${accident.ms} ms at ${accident.at}`
    case 'full-disk':
      return `a full disk for ${accident.ms} ms at ${accident.at}`
    case 'mischief':
      return 'a queue that repeats, delays and forgets'
  }
}
