import { z } from 'zod'
import { ProviderError } from '../errors.ts'
import { clockIsOff, isClockSkew } from './clock.ts'

const serviceErrorSchema = z.object({
  name: z.string(),
  message: z.string(),
  $metadata: z.object({ httpStatusCode: z.number().optional() }).optional(),
})

/** Answers of 400 and 403 that do not mean the request was wrong: the next one signs with new credentials. */
const transient = new Set(['ExpiredToken', 'ExpiredTokenException', 'RequestTimeout', 'RequestThrottled', 'SlowDown'])

/** The service's own name of an error: `NoSuchKey`. */
export function awsErrorName(thrown: unknown): string | undefined {
  return serviceErrorSchema.safeParse(thrown).data?.name
}

export function awsErrorStatus(thrown: unknown): number | undefined {
  return serviceErrorSchema.safeParse(thrown).data?.$metadata?.httpStatusCode
}

/** What an AWS client threw, as ours. Retryable unless the service answered that the request itself is wrong. */
export function awsFailure(provider: string, operation: string, thrown: unknown): ProviderError {
  if (thrown instanceof ProviderError) return thrown
  return new ProviderError({ provider, operation, retryable: isRetryable(thrown), cause: explain(thrown) })
}

function isRetryable(thrown: unknown): boolean {
  const status = awsErrorStatus(thrown) ?? 500
  const name = awsErrorName(thrown) ?? ''
  return status >= 500 || status === 408 || status === 429 || transient.has(name) || name.includes('Throttl')
}

/** An answer without a body, as to HEAD, comes as `UnknownError`; its status says more. */
function explain(thrown: unknown): unknown {
  const { data: error } = serviceErrorSchema.safeParse(thrown)
  if (error !== undefined && isClockSkew(error.name, error.message)) return new Error(clockIsOff, { cause: thrown })
  if (error === undefined || !/^(UnknownError|)$/.test(error.message)) return thrown
  return new Error(`${error.name} (HTTP ${error.$metadata?.httpStatusCode})`, { cause: thrown })
}
