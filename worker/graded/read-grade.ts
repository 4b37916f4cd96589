import type { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { extract } from 'tar-stream'
import { z } from 'zod'
import type { Grade } from '../../core/records/json.ts'
import type { RunOutcome } from '../runner/runner.ts'

/** The file that the staff's commands may leave in `/build`. */
const gradeFile = 'grade.json'
/** Longest grade file, in bytes. */
const gradeBytes = 64 * 1024

const schema = z.object({
  passed: z.boolean().exactOptional(),
  score: z.number().exactOptional(),
  message: z.string().max(500).exactOptional(),
  values: z.record(z.string().max(60), z.number()).exactOptional(),
})

/**
 * What the grading phase found. A run that completed has passed unless its `grade.json` says otherwise; one that did
 * not has not, whatever that says. A file that cannot be read is the staff's mistake, so it rejects.
 *
 * @param build A tar of the grading container's `/build`.
 */
export async function readGrade(outcome: RunOutcome, build: Readable): Promise<Grade> {
  const file = await readGradeFile(build)
  const written = file === undefined ? {} : parse(file)
  const completed = outcome.cause.kind === 'completed'
  return { ...written, passed: completed && (written.passed ?? true) }
}

function parse(file: string) {
  try {
    return schema.parse(JSON.parse(file))
  } catch (cause) {
    throw new Error(`The grading phase wrote a ${gradeFile} that is no grade`, { cause })
  }
}

async function readGradeFile(build: Readable): Promise<string | undefined> {
  const entries = extract()
  build.on('error', (error) => entries.destroy(error))
  build.pipe(entries)
  try {
    for await (const entry of entries) {
      const { name, type, size = 0 } = entry.header
      if (name.replace(/^\.\//, '') !== gradeFile || type !== 'file') entry.resume()
      else if (size > gradeBytes) throw new Error(`The grading phase wrote a ${gradeFile} of ${size} bytes`)
      else return await text(entry)
    }
    return undefined
  } finally {
    build.destroy()
  }
}
