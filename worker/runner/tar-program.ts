import { spawn } from 'node:child_process'
import { once } from 'node:events'
import type { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { ProviderError } from '../../core/errors.ts'
import { filterResult } from '../result/result.ts'

/** Unpacks a tar stream below a new folder. What could lead out of it is not unpacked. */
export async function unpackInto(folder: string, source: Readable): Promise<void> {
  const bounds = { maxBytes: Number.MAX_SAFE_INTEGER, maxEntries: Number.MAX_SAFE_INTEGER, onNotice: () => {} }
  await unpackTar(folder, filterResult(source, bounds).tar, { provider: 'bubblewrap' })
}

interface UnpackOptions {
  /** For the error. */
  readonly provider: string
  /** Ends it; it then rejects. */
  readonly signal?: AbortSignal
}

/**
 * Unpacks a tar stream below a new folder, with its modes, owned by whom this process is. A link may point anywhere;
 * nothing is written through one, because tar makes those that lead out when all else is there.
 */
export async function unpackTar(folder: string, tar: Readable, { provider, signal }: UnpackOptions): Promise<void> {
  const child = spawn('tar', ['-x', '-f', '-', '-C', folder, '--no-same-owner', '-p'], {
    stdio: ['pipe', 'ignore', 'ignore'],
    env: {},
  })
  const closed = once(child, 'close')
  closed.catch(() => {})
  try {
    await pipeline(tar, child.stdin, signal === undefined ? {} : { signal })
  } catch (error) {
    child.kill('SIGKILL')
    throw error
  }
  const [code] = await closed
  if (code === 0) return
  const cause = new Error(`tar ended with exit code ${code}`)
  throw new ProviderError({ provider, operation: 'fill /src', retryable: true, cause })
}
