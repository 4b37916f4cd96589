import { writeFile } from 'node:fs/promises'
import { renderConfigDocs } from './config-docs.ts'

await writeFile(new URL('../docs/configuration.md', import.meta.url), renderConfigDocs())
