import { readFile, writeFile } from 'node:fs/promises'
import { arch, cpus, totalmem } from 'node:os'
import { z } from 'zod'
import type { Bench, Finding } from './bench.ts'
import type { Spread } from './spread.ts'

/** Ours over the floor, or ours alone. */
function figureOf({ ours, floor }: Finding): number {
  return floor === undefined ? ours.median : ours.median / floor.median
}

function isMet(finding: Finding): boolean | undefined {
  const { goal } = finding
  if (goal === undefined) return undefined
  return goal.kind === 'at most' ? figureOf(finding) <= goal.value : figureOf(finding) >= goal.value
}

const headings = ['measure', 'ours', 'floor', 'ratio', 'goal', '']

/** For a terminal. Medians, with what nine of ten samples lie between. */
export function tableOf(findings: readonly Finding[]): string {
  const rows = [headings, ...findings.map(rowOf)]
  const widths = headings.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)))
  const line = (row: readonly string[]) => row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ')
  const notes = findings.flatMap(({ measure, note }) => (note === undefined ? [] : [`  ${measure}: ${note}`]))
  return [...rows.map((row) => line(row).trimEnd()), ...notes].join('\n')
}

function rowOf(finding: Finding): string[] {
  const { measure, unit, ours, floor, goal } = finding
  const met = isMet(finding)
  return [
    measure,
    textOf(ours, unit),
    floor === undefined ? '' : textOf(floor, unit),
    floor === undefined ? '' : figureOf(finding).toFixed(2),
    goal === undefined ? '' : `${goal.kind} ${goal.value}`,
    met === undefined ? '' : met ? 'met' : 'NOT MET',
  ]
}

function textOf({ median, low, high, count }: Spread, unit: string): string {
  const spread = count > 1 ? ` (${short(low)}–${short(high)})` : ''
  return `${short(median)} ${unit}${spread}`
}

function short(value: number): string {
  return value >= 100 ? value.toFixed(0) : value.toPrecision(3)
}

const keptSchema = z.object({ benches: z.record(z.string(), z.unknown()) }).catch({ benches: {} })

/** Writes what was found beside what other benches found before. Figures of different runs never meet in a ratio. */
export async function writeResults(path: string, bench: Bench, findings: readonly Finding[]): Promise<void> {
  const text = await readFile(path, 'utf8').catch(() => '{}')
  const { benches } = keptSchema.parse(JSON.parse(text))
  const found = findings.map((finding) => ({ ...finding, figure: figureOf(finding), met: isMet(finding) }))
  const machine = {
    cpus: cpus().length,
    model: cpus()[0]?.model,
    memoryBytes: totalmem(),
    architecture: arch(),
    node: process.version,
  }
  const entry = { title: bench.title, machine, findings: found }
  const ordered = Object.fromEntries(Object.entries({ ...benches, [bench.name]: entry }).sort())
  await writeFile(path, `${JSON.stringify({ benches: ordered }, undefined, 2)}\n`)
}
