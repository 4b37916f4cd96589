import { setTimeout as delay } from 'node:timers/promises'
import type { Logger } from 'pino'
import { ConfigError, messageOf, ProviderError } from '../../core/errors.ts'

const firstWaitMs = 500
const longestWaitMs = 15_000

/**
 * Tries until a part answers, saying in one line when it does not, and once more when it does. A failure that waiting
 * cannot mend is thrown on.
 */
export async function awaitPart<T>(
  name: string,
  open: () => Promise<T>,
  { log, signal }: { readonly log: Logger; readonly signal: AbortSignal },
): Promise<T> {
  let said = ''
  for (let waitMs = firstWaitMs; ; waitMs = Math.min(waitMs * 2, longestWaitMs)) {
    try {
      const part = await open()
      if (said !== '') log.info(`the ${name} answers now`)
      return part
    } catch (error) {
      signal.throwIfAborted()
      if (error instanceof ConfigError || (error instanceof ProviderError && !error.retryable)) throw error
      const problem = messageOf(error)
      if (problem !== said) log.warn(`the ${name} does not answer; trying again: ${problem}`)
      said = problem
      await delay(waitMs, undefined, { signal, ref: true }).catch(() => undefined)
      signal.throwIfAborted()
    }
  }
}
