import type { Stats } from 'node:fs'
import { lstat, opendir } from 'node:fs/promises'
import { deepest } from '../result/names.ts'

export interface Found {
  /** Relative, one character a byte: a name is any bytes. */
  readonly path: string
  readonly stats: Stats
}

/** The path of something found in `folder`. */
export function onDisk(folder: string, path: string): Buffer {
  return Buffer.concat([Buffer.from(`${folder}/`), Buffer.from(path, 'latin1')])
}

/**
 * What is below a folder, folders before what they hold, links as links. One level more than a result keeps, so that
 * leaving out is noticed there; not deeper, because a few thousand folders in each other have names of gigabytes.
 */
export async function* walkFolder(folder: string, path = '', depth = 0): AsyncGenerator<Found> {
  const entries = await unlessHidden(opendir(onDisk(folder, path), { encoding: 'latin1' }))
  if (entries === undefined) return
  for await (const { name } of entries) {
    const below = path === '' ? name : `${path}/${name}`
    const stats = await unlessHidden(lstat(onDisk(folder, below)))
    if (stats === undefined) continue
    yield { path: below, stats }
    if (stats.isDirectory() && depth < deepest) yield* walkFolder(folder, below, depth + 1)
  }
}

const hiding = new Set<unknown>(['EACCES', 'ENAMETOOLONG', 'ENOENT'])

/** This process need not be root, and a path can be longer than the kernel takes. */
async function unlessHidden<T>(found: Promise<T>): Promise<T | undefined> {
  return await found.catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && hiding.has(error.code)) return undefined
    throw error
  })
}
