import { writeFile } from 'node:fs/promises'
import { awsFiles } from './aws-files.ts'

for (const [name, text] of awsFiles()) await writeFile(new URL(`../deploy/aws/${name}`, import.meta.url), text)
