import type { OutputChunk } from './runner.ts'

/**
 * Passes output on until `limit` bytes went by, exactly, then calls `onLimit` once and drops the rest: a program that
 * is being ended must still be able to write, or it would never see its TERM.
 */
export function createMeter(
  limit: number,
  next: (chunk: OutputChunk) => void | Promise<void>,
  onLimit: () => void,
): (chunk: OutputChunk) => Promise<void> {
  let left = limit
  return async ({ stream, bytes }) => {
    const allowed = bytes.subarray(0, left)
    left -= allowed.length
    if (allowed.length < bytes.length) onLimit()
    if (allowed.length > 0) await next({ stream, bytes: allowed })
  }
}
