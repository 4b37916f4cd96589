import { createReadStream } from 'node:fs'
import { mkdtemp } from 'node:fs/promises'
import { join } from 'node:path'
import { pipeline } from 'node:stream'
import { createGzip } from 'node:zlib'
import { defaultSourceLimits } from '../../core/source/limits.ts'
import { type OpenableRequest, openSource } from '../../core/source/source.ts'
import { createFilesystemStore } from '../../core/store/filesystem.ts'

/**
 * One source into the store, in a process of its own, whose memory is that of staging alone. `raw` only uploads the
 * archive. Prints the time in milliseconds and the memory that came on top, in bytes.
 */
const [, , kind = '', place = '', folder = ''] = process.argv
const store = await createFilesystemStore({ root: join(folder, 'store'), secret: 'bench', lifetimeMs: 3_600_000 })
const before = process.memoryUsage().rss
const started = performance.now()
if (kind === 'raw') await put(createReadStream(place, { highWaterMark: 256 * 1024 }))
else await stage()
const ms = performance.now() - started
const addedBytes = Math.max(0, process.resourceUsage().maxRSS * 1024 - before)
await store.close()
process.stdout.write(`${JSON.stringify({ ms, addedBytes })}\n`)

/** As the stager does. */
async function stage(): Promise<void> {
  const request: OpenableRequest =
    kind === 'git' ? { kind: 'git', url: place } : { kind: 'local', path: place, host: 'here' }
  const most = 4 * 2 ** 30
  const source = await openSource(request, {
    limits: { ...defaultSourceLimits, archiveBytes: most, bytes: most, scannedBytes: most, gitBytes: most },
    scratch: await mkdtemp(join(folder, 'scratch-')),
    git: { allowHttp: true, allowPrivateAddresses: true },
    buildFileNames: ['rai_build.yml'],
  })
  const gzip = createGzip({ level: 1 })
  pipeline(source.tar(), gzip, () => undefined)
  await put(gzip)
  await source.close()
}

async function put(bytes: Parameters<typeof store.put>[1]): Promise<void> {
  await store.put('userdata/x.tar.gz', bytes, { contentType: 'application/gzip', lifetime: 'expiring' })
}
