import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/** The folder of our package.json: one up from the sources, two up from `dist`. */
export function packageRoot(): string {
  const root = ['..', '../..']
    .map((relative) => fileURLToPath(new URL(`${relative}/`, import.meta.url)))
    .find((folder) => existsSync(`${folder}package.json`))
  if (root === undefined) throw new Error('package.json is missing: RAI was not installed as a package')
  return root
}
