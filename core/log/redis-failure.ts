import { z } from 'zod'
import { messageOf, ProviderError } from '../errors.ts'

/** Wrong credentials, rights or data do not mend themselves. */
const permanent = /^(NOAUTH|WRONGPASS|NOPERM|WRONGTYPE|ERR (invalid password|unknown command|AUTH))/

const abortedSchema = z.object({ previousErrors: z.array(z.instanceof(Error)).min(1) })

/**
 * `OOM`, `MISCONF`, `LOADING`, `READONLY`, lost connections and time-outs may all be over at the next call.
 * @param lastConnectionError says more than the library's "reached the max retries".
 */
export function redisFailure(operation: string, thrown: unknown, lastConnectionError?: Error): ProviderError {
  if (thrown instanceof ProviderError) return thrown
  const cause = causeOf(thrown, lastConnectionError)
  return new ProviderError({ provider: 'redis', operation, retryable: !permanent.test(messageOf(cause)), cause })
}

function causeOf(thrown: unknown, lastConnectionError: Error | undefined): unknown {
  // A transaction is refused as a whole; why is told by the command that was refused first.
  const aborted = abortedSchema.safeParse(thrown)
  if (aborted.success) return aborted.data.previousErrors[0]
  const isConnection = /max retries per request|Connection is closed/.test(messageOf(thrown))
  return isConnection && lastConnectionError ? lastConnectionError : thrown
}
