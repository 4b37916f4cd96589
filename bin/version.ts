import { existsSync, readFileSync } from 'node:fs'
import { z } from 'zod'

/** Ours, from package.json: one folder up in the sources, two in `dist`. */
export function readVersion(): string {
  const file = ['../package.json', '../../package.json']
    .map((relative) => new URL(relative, import.meta.url))
    .find((candidate) => existsSync(candidate))
  if (file === undefined) return 'unknown'
  return z.object({ version: z.string() }).parse(JSON.parse(readFileSync(file, 'utf8'))).version
}
