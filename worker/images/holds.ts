import { createHash } from 'node:crypto'
import { mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import type { HeldImage } from './images.ts'
import { isRunning, thisProcess } from './process-mark.ts'

/**
 * Which images are in use by any process of this host: small files in a folder that all of them share, with the process
 * in their names. What a process left that is gone counts for nothing.
 */
export interface Holds {
  /** @param keys everything the image is known by: its name, its id. */
  hold(reference: string, keys: readonly string[]): HeldImage
  /** Resolves once nobody is at removing one of these. Whoever held them before asking keeps them from then on. */
  settled(keys: readonly string[]): Promise<void>
  /** The right to remove an image, until it is called. `undefined` while somebody holds it. */
  mayRemove(keys: readonly string[]): (() => void) | undefined
}

type Kind = 'held' | 'removing'

/** A container has no way to tell whether a process of another one runs; no run takes this long. */
const foreignMs = 6 * 3_600_000
const pollMs = 20
/** Removing takes less. */
const patienceMs = 30_000

export function createHolds(folder: string): Holds {
  let count = 0
  const mark = (kind: Kind, keys: readonly string[]) => {
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    count += 1
    const files = keys.map((key) => join(folder, `${digest(key)}.${kind}.${thisProcess}.${count}`))
    for (const file of files) writeFileSync(file, '', { mode: 0o600 })
    return () => {
      for (const file of files) rmSync(file, { force: true })
    }
  }
  return {
    hold: (reference, keys) => ({ reference, release: mark('held', keys) }),
    settled: async (keys) => {
      const deadline = performance.now() + patienceMs
      while (isMarked(folder, 'removing', keys) && performance.now() < deadline) await delay(pollMs)
    },
    // Each side writes first and looks then, so that at least one of two sees the other.
    mayRemove: (keys) => {
      const release = mark('removing', keys)
      if (!isMarked(folder, 'held', keys)) return release
      release()
      return undefined
    },
  }
}

function digest(key: string): string {
  return createHash('sha256').update(key).digest('hex').slice(0, 32)
}

function isMarked(folder: string, kind: Kind, keys: readonly string[]): boolean {
  const starts = keys.map((key) => `${digest(key)}.${kind}.`)
  return readdirSync(folder).some((name) => starts.some((start) => name.startsWith(start)) && counts(folder, name))
}

function counts(folder: string, name: string): boolean {
  const file = join(folder, name)
  const owner = name.split('.')[2] ?? ''
  const running = isRunning(owner) ?? isYoung(file)
  if (!running) rmSync(file, { force: true })
  return running
}

function isYoung(file: string): boolean {
  const age = Date.now() - (statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0)
  return age < foreignMs
}
