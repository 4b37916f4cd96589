import { createReadStream, createWriteStream } from 'node:fs'
import { mkdir, utimes } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { pipeline } from 'node:stream/promises'
import { createGunzip } from 'node:zlib'
import { extract, type Header } from 'tar-stream'
import { messageOf, Refusal } from '../errors.ts'
import { databaseName, type Manifest, manifestName, manifestSchema, objectsName, secretName } from './manifest.ts'
import { noBackup } from './refusals.ts'

const mostManifestBytes = 10_000

/**
 * Unpacks a backup into a folder that is empty: `database`, `secret`, `objects/…`. Nothing is written outside of it,
 * whatever the file says. `accept` sees the manifest before anything is written, and may throw.
 */
export async function readBackup(
  file: string,
  folder: string,
  accept: (manifest: Manifest) => void,
): Promise<Manifest> {
  const archive = extract()
  const reading = pipeline(createReadStream(file), createGunzip(), archive)
  let manifest: Manifest | undefined
  const unpacking = (async () => {
    for await (const entry of archive) {
      if (manifest === undefined) {
        manifest = await readManifest(entry.header, Readable.from(entry))
        accept(manifest)
      } else await unpack(entry.header, Readable.from(entry), folder)
    }
  })()
  // Leaving the loop destroys the archive, and with it the reading.
  const [unpacked, read] = await Promise.allSettled([unpacking, reading])
  for (const { reason } of [unpacked, read].filter((one) => one.status === 'rejected'))
    throw reason instanceof Refusal ? reason : noBackup(file, messageOf(reason))
  if (manifest === undefined) throw noBackup(file, 'it is empty')
  return manifest
}

async function readManifest({ name, size = 0 }: Header, body: Readable): Promise<Manifest> {
  if (name !== manifestName || size > mostManifestBytes) throw new Error(`it does not begin with ${manifestName}`)
  return manifestSchema.parse(JSON.parse(await text(body)))
}

async function unpack({ name, type, mtime }: Header, body: Readable, folder: string): Promise<void> {
  if (type !== 'file' || !isOurs(name)) throw new Error(`it holds the strange entry ${JSON.stringify(name)}`)
  const path = join(folder, name)
  await mkdir(dirname(path), { recursive: true, mode: 0o700 })
  await pipeline(body, createWriteStream(path, { flags: 'wx', mode: 0o600, flush: true }))
  // The store counts an object's lifetime from there.
  if (mtime !== undefined) await utimes(path, mtime, mtime)
}

function isOurs(name: string): boolean {
  if (name === databaseName || name === secretName) return true
  const parts = name.startsWith(objectsName) ? name.slice(objectsName.length).split('/') : ['']
  return parts.every((part) => part !== '' && part !== '.' && part !== '..' && !part.includes('\0'))
}
