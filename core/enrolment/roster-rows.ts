import { parse } from 'csv-parse/sync'
import { z } from 'zod'
import { rosterTorn, rowTooLong, tooManyRows } from './refusals.ts'
import type { RosterLimits } from './roster.ts'

export interface Row {
  /** 1-based; the last one where the row has several. */
  readonly line: number
  readonly cells: readonly string[]
}

const recordsSchema = z.array(z.object({ record: z.array(z.string()), info: z.object({ lines: z.number() }) }))

/** The rows of a CSV file, without those that are empty. Throws a `Refusal` for what cannot be a class. */
export function splitRows(text: string, limits: RosterLimits): readonly Row[] {
  const { body, delimiter, skipped } = dialectOf(text)
  checkShape(body, { delimiter, skipped, limits })
  const { records, torn } = parseCsv(body, delimiter)
  if (torn) throw rosterTorn((records.at(-1)?.info.lines ?? 0) + 1 + skipped)
  const rows = records.map(({ record, info }) => ({ line: info.lines + skipped, cells: record.map(tidy) }))
  return rows.filter(({ cells }) => cells.some((cell) => cell !== ''))
}

/** A quotation mark inside of a cell is taken as it stands; one that is never closed tears the rest of the file. */
function parseCsv(text: string, delimiter: string) {
  let torn = false
  const records: unknown = parse(text, {
    delimiter,
    info: true,
    relax_column_count: true,
    relax_quotes: true,
    skip_empty_lines: true,
    skip_records_with_error: true,
    on_skip: () => {
      torn = true
      return undefined
    },
  })
  return { records: recordsSchema.parse(records), torn }
}

/** Before the parser sees them: it takes minutes for ten million commas. */
function checkShape(text: string, { delimiter, skipped, limits }: Dialect & { readonly limits: RosterLimits }): void {
  let rows = 0
  for (const { 0: line, index } of text.matchAll(/[^\r\n]*\S[^\r\n]*/g)) {
    rows += 1
    if (rows > limits.rows + 1) throw tooManyRows(limits.rows)
    const cells = line.length > limits.columns ? line.split(delimiter).length : 0
    if (cells <= 4 * limits.columns && line.length <= limits.columns * limits.cell) continue
    throw rowTooLong(text.slice(0, index).split('\n').length + skipped, { cells, characters: line.length })
  }
}

interface Dialect {
  readonly delimiter: string
  /** Lines before the first that is parsed. */
  readonly skipped: number
}

/** Without the spaces around it, in the composed form of Unicode: two spellings of one name are one name. */
function tidy(cell: string): string {
  return cell.trim().normalize('NFC')
}

/** Excel writes semicolons where the comma is the decimal mark, and may say so in a first line `sep=;`. */
function dialectOf(text: string): Dialect & { readonly body: string } {
  const said = /^sep=([;,\t])\r?\n/i.exec(text)
  if (said) return { body: text.slice(said[0].length), delimiter: said[1] ?? ',', skipped: 1 }
  const first = /\S.*/.exec(text.slice(0, 65_536))?.[0].replaceAll(/"[^"]*"/g, '') ?? ''
  const counts = [',', ';', '\t'].map((mark) => ({ mark, count: first.split(mark).length }))
  const { mark } = counts.reduce((best, next) => (next.count > best.count ? next : best))
  return { body: text, delimiter: mark, skipped: 0 }
}
