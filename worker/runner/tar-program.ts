import { spawn } from 'node:child_process'
import { once } from 'node:events'
import type { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { ProviderError } from '../../core/errors.ts'
import { filterResult } from '../result/result.ts'

/** Unpacks a tar stream below a new folder. What could lead out of it is not unpacked. */
export async function unpackInto(folder: string, source: Readable): Promise<void> {
  const bounds = { maxBytes: Number.MAX_SAFE_INTEGER, maxEntries: Number.MAX_SAFE_INTEGER, onNotice: () => {} }
  const child = spawn('tar', ['-x', '-f', '-', '-C', folder, '--no-same-owner'], {
    stdio: ['pipe', 'ignore', 'ignore'],
  })
  const closed = once(child, 'close')
  await pipeline(filterResult(source, bounds).tar, child.stdin)
  const [code] = await closed
  if (code === 0) return
  const cause = new Error(`tar ended with exit code ${code}`)
  throw new ProviderError({ provider: 'bubblewrap', operation: 'fill /src', retryable: true, cause })
}

/** What a folder holds, with names relative to it. Links are packed, never followed. */
export function packFolder(folder: string): Readable {
  const child = spawn('tar', ['-c', '-f', '-', '-C', folder, '.'], { stdio: ['ignore', 'pipe', 'ignore'] })
  child.once('error', (cause) => {
    child.stdout.destroy(
      new ProviderError({ provider: 'bubblewrap', operation: 'read /build', retryable: true, cause }),
    )
  })
  child.stdout.once('close', () => child.kill())
  return child.stdout
}
