import { createHash } from 'node:crypto'
import type { Clock } from '../slack/clock.ts'
import type { Limits, Rate } from './limits.ts'

/** Where a bucket stands after a request was counted. */
export interface Standing {
  readonly limit: number
  readonly remaining: number
  /** Milliseconds since the epoch. */
  readonly resetAt: number
  readonly resetAfterMs: number
  readonly bucket: string
  /** Set when the request is too many: whose limit it met. */
  readonly exceeded?: 'user' | 'global'
}

export interface Rates {
  /** Counts a request of `operation`; `major` is the channel, server or token it concerns. */
  take(operation: string, major: string): Standing
}

interface Window {
  count: number
  endsAt: number
}

/** Discord tells buckets by an opaque name, which routes may share. */
const bucketName = (operation: string): string => createHash('md5').update(operation).digest('hex')

const createWindows = (clock: Clock) => {
  const windows = new Map<string, Window>()
  return (key: string, rate: Rate): Window => {
    const open = windows.get(key)
    if (open && open.endsAt > clock.now()) return open
    const fresh: Window = { count: 0, endsAt: clock.now() + rate.perMs }
    windows.set(key, fresh)
    return fresh
  }
}

/** The first answer to an interaction has no limit at all. */
const exempt = (operation: string): boolean => operation === 'create_interaction_response'

/** What is done with an interaction's token counts for no bot. */
const byInteraction = (operation: string): boolean => exempt(operation) || operation.includes('webhook')

export const createRates = (clock: Clock, limits: Limits): Rates => {
  const window = createWindows(clock)
  const takeGlobal = (operation: string): Window | undefined => {
    if (byInteraction(operation)) return undefined
    const all = window('global', limits.global)
    if (all.count >= limits.global.requests) return all
    all.count += 1
    return undefined
  }
  return {
    take(operation, major) {
      const rate = limits.routes[operation] ?? limits.otherwise
      const own = window(`${operation} ${major}`, rate)
      const describe = ({ endsAt }: Window, exceeded?: 'user' | 'global'): Standing => ({
        limit: rate.requests,
        remaining: Math.max(0, rate.requests - own.count),
        resetAt: endsAt,
        resetAfterMs: endsAt - clock.now(),
        bucket: bucketName(operation),
        ...(exceeded ? { exceeded } : {}),
      })
      if (!exempt(operation) && own.count >= rate.requests) return describe(own, 'user')
      const all = takeGlobal(operation)
      if (all) return describe(all, 'global')
      own.count += 1
      return describe(own)
    },
  }
}
