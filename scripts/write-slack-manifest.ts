import { mkdir, writeFile } from 'node:fs/promises'
import { renderSlackManifest } from './slack-manifest.ts'

const folder = new URL('../deploy/', import.meta.url)
await mkdir(folder, { recursive: true })
await writeFile(new URL('slack-manifest.yaml', folder), renderSlackManifest())
