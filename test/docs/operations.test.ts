import { readFile } from 'node:fs/promises'
import type { Command } from 'commander'
import { expect, test } from 'vitest'
import { processIo } from '../../bin/commands/io.ts'
import { createProgram } from '../../bin/program.ts'
import { knownKeys } from '../../core/config/known-keys.ts'
import { createMetrics } from '../../core/metrics/metrics.ts'

const page = await readFile(new URL('../../docs/operations.md', import.meta.url), 'utf8')
const program = await createProgram(processIo())

/** Every command line of `rai` in code, without what comes after it. */
function commandLines(): string[] {
  const spans = [...page.matchAll(/`(rai [^`\n]+)`/g)].map(([, line = '']) => line)
  const blocks = [...page.matchAll(/^(rai .+)$/gm)].map(([, line = '']) => line.replace(/\s+#.*$/, ''))
  return [...spans, ...blocks]
}

/** Walks down the sub-commands, and answers what is wrong. */
function problemOf(line: string): string | undefined {
  let command: Command = program
  const [, ...words] = line.split(/\s+/)
  for (const word of words) {
    const next = command.commands.find((one) => one.name() === word)
    if (next !== undefined) command = next
    else if (word.startsWith('--')) {
      if (!command.options.some(({ long }) => long === word)) return `${line}: there is no ${word}`
    } else if (command.registeredArguments.length === 0 && command.commands.length > 0) {
      return `${line}: there is no command ${word}`
    }
  }
  return command === program ? `${line}: names no command` : undefined
}

test('every command in docs/operations.md exists, with its options', () => {
  const lines = commandLines()
  expect(lines.length).toBeGreaterThan(20)
  expect(lines.map(problemOf).filter((problem) => problem !== undefined)).toEqual([])
})

test('a command or an option that does not exist would be found', () => {
  expect(problemOf('rai quue ls')).toContain('there is no command quue')
  expect(problemOf('rai queue list')).toContain('there is no command list')
  expect(problemOf('rai pause --now')).toContain('there is no --now')
})

test('it answers what staff ask', () => {
  const headings = [...page.matchAll(/^## (.+)$/gm)].map(([, heading]) => heading)
  expect(headings).toEqual(
    expect.arrayContaining([
      'It is slow',
      'It is stuck',
      'The disk is full',
      'Redis is full',
      'A worker died',
      'I must stop everything now',
      'How do I add ten workers',
      'GPUs',
      'How do I upgrade',
      'Backup and restore',
    ]),
  )
})

test('every metric is explained, and every explained metric exists', async () => {
  const none = async () => new Map<string, number>()
  const idle = { slots: 1, running: () => 0, queues: async () => [], disks: none, reasons: () => [] }
  const metrics = createMetrics({ ...idle, gpus: () => new Map(), gpuMinutes: none })
  const exist = [...(await metrics.text()).matchAll(/^# TYPE (rai_\w+)/gm)].map(([, name]) => name)
  const explained = new Set(
    [...page.matchAll(/`(rai_[a-z]+_[a-z_]+|rai_[a-z]+)(?:\{\w+\})?`/g)].map(([, name]) => name),
  )
  explained.delete('rai_amd64')
  expect([...explained].sort()).toEqual([...new Set(exist)].sort())
})

test('every key of the configuration that it names exists', () => {
  const sections = new Set(knownKeys.map(({ section }) => section))
  const named = [...page.matchAll(/`([a-z]+)\.([a-z_]+)(?::[^`]*)?`/g)].filter(([, section = '']) =>
    sections.has(section),
  )
  expect(named.length).toBeGreaterThan(10)
  const keys = knownKeys.map(({ name }) => name)
  for (const [, section, key] of named) expect(keys).toContain(`${section}.${key}`)
})
