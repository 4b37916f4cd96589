/** A part of the process that runs until its signal aborts. */
export type RunPart = (signal: AbortSignal) => Promise<void>

/** Runs all until `signal` aborts or one fails; then the others end in good order, and the first failure is thrown. */
export async function runTogether(signal: AbortSignal, parts: readonly RunPart[]): Promise<void> {
  const failed = new AbortController()
  const ending = AbortSignal.any([signal, failed.signal])
  await Promise.allSettled(
    parts.map(async (part) => {
      try {
        await part(ending)
      } catch (error) {
        failed.abort(error)
        throw error
      }
    }),
  )
  if (failed.signal.aborted) throw failed.signal.reason
}
