import { z } from 'zod'
import { ProviderError } from '../errors.ts'

const systemErrorSchema = z.object({ code: z.string() })

/** Codes after which the same call may succeed: room was made, descriptors were freed. */
const transient = new Set(['ENOSPC', 'EDQUOT', 'EMFILE', 'ENFILE', 'EBUSY', 'EIO', 'EAGAIN'])

/** What the system calls the failure: `ENOENT`. `undefined` for anything that is no system error. */
export function codeOf(thrown: unknown): string | undefined {
  return systemErrorSchema.safeParse(thrown).data?.code
}

/** Runs one step on the folder; what it throws becomes a `ProviderError`. */
export async function failAs<Result>(operation: string, act: () => Promise<Result>): Promise<Result> {
  try {
    return await act()
  } catch (cause) {
    if (cause instanceof ProviderError) throw cause
    const retryable = transient.has(codeOf(cause) ?? '')
    throw new ProviderError({ provider: 'filesystem', operation, retryable, cause })
  }
}
