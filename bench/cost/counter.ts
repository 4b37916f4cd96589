import type { IncomingMessage } from 'node:http'

/** Calls by their names, `<service> <operation>`. */
export interface Counter {
  count(name: string): void
  /** Since the last time. */
  take(): ReadonlyMap<string, number>
}

export function createCounter(): Counter {
  let calls = new Map<string, number>()
  return {
    count(name) {
      calls.set(name, (calls.get(name) ?? 0) + 1)
    },
    take() {
      const taken = calls
      calls = new Map()
      return taken
    },
  }
}

/** Calls of one service, whatever they were. */
export function totalOf(calls: ReadonlyMap<string, number>, service: string): number {
  return [...calls].reduce((sum, [name, count]) => sum + (name.startsWith(`${service} `) ? count : 0), 0)
}

/** `sqs ReceiveMessage`, `s3 PUT`: both services answer at one address. */
export function nameOf({ headers, method }: IncomingMessage): string {
  const target = headers['x-amz-target']
  return typeof target === 'string' ? `sqs ${target.replace('AmazonSQS.', '')}` : `s3 ${method}`
}

/** The same object, whose methods, and those of what it holds, are counted as `<service> <path>`. */
export function counted<T extends object>(object: T, service: string, counter: Counter, path = ''): T {
  return new Proxy(object, {
    get(target, key, receiver) {
      const value: unknown = Reflect.get(target, key, receiver)
      const name = `${path}${String(key)}`
      if (typeof value === 'function') {
        return (...given: unknown[]) => {
          counter.count(`${service} ${name}`)
          return Reflect.apply(value, target, given)
        }
      }
      return typeof value === 'object' && value !== null ? counted(value, service, counter, `${name}.`) : value
    },
  })
}
