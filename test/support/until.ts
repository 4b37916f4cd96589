import { setTimeout as delay } from 'node:timers/promises'

/** Asks again and again until there is an answer; for what gives no event to wait for. Rejects after `limitMs`. */
export async function until<T>(ask: () => Promise<T | undefined> | T | undefined, limitMs = 15_000): Promise<T> {
  const deadline = performance.now() + limitMs
  for (;;) {
    const answer = await ask()
    if (answer !== undefined) return answer
    if (performance.now() > deadline) throw new Error(`no answer within ${limitMs} ms`)
    await delay(20)
  }
}
