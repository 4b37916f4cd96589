import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { defaultBuildFileLimits as limits } from '../../../core/buildfile/build-file.ts'
import { inspectBuildFile } from '../../../core/buildfile/parse.ts'
import { knownPaths } from '../../../core/buildfile/sections.ts'

const document = readFileSync(new URL('../../../docs/build-file.md', import.meta.url), 'utf8')
const examples = [...document.matchAll(/```yaml\n(.*?)```/gs)].map(([, text = '']) => text)

describe('docs/build-file.md', () => {
  it('shows only files that are accepted without a warning', () => {
    expect(examples.length).toBeGreaterThanOrEqual(4)
    for (const text of examples) {
      expect(inspectBuildFile(text, { limits })).toMatchObject({ buildFile: {}, errors: [], warnings: [] })
    }
  })

  it('names every key', () => {
    for (const path of knownPaths) expect(document).toContain(path.split('.').at(-1))
  })

  it('quotes the messages as they are', () => {
    const folder = new URL('../../../core/buildfile/', import.meta.url)
    const source = readdirSync(folder)
      .map((name) => readFileSync(new URL(name, folder), 'utf8'))
      .join('\n')
    const rows = document.slice(document.indexOf('## What the messages mean')).matchAll(/^\| (`.*?) +\|/gm)
    const messages = [...rows].flatMap(([, cell = '']) => cell.split(/`,? ?`?/))
    const pieces = messages.flatMap((message) => message.split(/…|The single|resources\.cache|rai\.version/))
    const words = pieces.map((piece) => piece.trim()).filter((piece) => piece.length > 8)
    expect(words.length).toBeGreaterThan(20)
    expect(words.filter((piece) => !source.includes(piece))).toEqual([])
  })
})
