import { setTimeout as delay } from 'node:timers/promises'

/**
 * Asks again and again until there is an answer; for what gives no event to wait for. Rejects after `limitMs`.
 * @param pauseMs between two questions; longer where asking costs a process or a walk through files.
 */
export async function until<T>(
  ask: () => Promise<T | undefined> | T | undefined,
  limitMs = 15_000,
  pauseMs = 20,
): Promise<T> {
  const deadline = performance.now() + limitMs
  for (;;) {
    const answer = await ask()
    if (answer !== undefined) return answer
    if (performance.now() > deadline) throw new Error(`no answer within ${limitMs} ms`)
    await delay(pauseMs)
  }
}
