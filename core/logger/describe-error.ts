import { ConfigError, ProviderError, Refusal } from '../errors.ts'

/** Causes of causes, no further. */
const deepest = 5
const longest = 4_000

/**
 * What a log line says of an error: only fields that are known. SDK errors carry whole requests, and those carry
 * credentials.
 */
export function describeError(error: unknown): object {
  return describe(error, 1)
}

function describe(error: unknown, depth: number): object {
  if (!(error instanceof Error)) return { message: clean(String(error)) }
  const cause = error.cause !== undefined && depth < deepest && { cause: describe(error.cause, depth + 1) }
  return { type: error.name, message: clean(error.message), ...codeOf(error), ...detailsOf(error), ...cause }
}

/** Expected failures say all in their message; only a bug needs its stack. */
function detailsOf(error: Error): object {
  if (error instanceof Refusal) return { context: error.context }
  if (error instanceof ConfigError) return { problems: error.problems }
  if (error instanceof ProviderError) {
    const { provider, operation, retryable } = error
    return { provider, operation, retryable }
  }
  return error.stack === undefined ? {} : { stack: clean(error.stack) }
}

function codeOf(error: Error): object {
  return 'code' in error && ['string', 'number'].includes(typeof error.code) ? { code: error.code } : {}
}

/** Without the credentials in URLs. */
function clean(text: string): string {
  return text.replaceAll(/:\/\/[^\s/@]*@/g, '://[redacted]@').slice(0, longest)
}
