import { z } from 'zod'
import { ProviderError } from './errors.ts'

const systemErrorSchema = z.object({ code: z.string() })

/** Codes after which the same call may succeed: room was made, descriptors were freed. */
const transient = new Set(['ENOSPC', 'EDQUOT', 'EMFILE', 'ENFILE', 'EBUSY', 'EIO', 'EAGAIN'])

/** What the system calls the failure: `ENOENT`. `undefined` for anything that is no system error. */
export function codeOf(thrown: unknown): string | undefined {
  return systemErrorSchema.safeParse(thrown).data?.code
}

export type FailAs = <Result>(operation: string, act: () => Promise<Result>) => Promise<Result>

/** A function that runs one step of an adapter over files; what the step throws becomes that provider's error. */
export function failuresOf(provider: string): FailAs {
  return async (operation, act) => {
    try {
      return await act()
    } catch (cause) {
      if (cause instanceof ProviderError) throw cause
      throw new ProviderError({ provider, operation, retryable: transient.has(codeOf(cause) ?? ''), cause })
    }
  }
}
