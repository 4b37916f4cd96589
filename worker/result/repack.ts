import { pipeline as pipe, Readable } from 'node:stream'
import { type Extract, extract, type Header, type Pack, pack } from 'tar-stream'

/** What becomes of an entry: the header to write, `skip`, or `stop` to end the archive here. */
export type Decision = (Partial<Header> & Pick<Header, 'name'>) | 'skip' | 'stop'

/**
 * Copies a tar stream entry by entry, unpacking nothing. Both sides flow at the slower one's pace. An error of the
 * source destroys the result with that error; destroying the result ends the source.
 *
 * @param onEnd called when the last entry was written, before the result ends.
 */
export function repack(source: Readable, decide: (header: Header) => Decision, onEnd: () => void = () => {}): Readable {
  const entries = extract()
  const output = pack()
  const result = Readable.from(output, { objectMode: false })
  pipe(source, entries, () => {})
  result.once('close', () => source.destroy())
  copy(entries, output, decide, onEnd).then(
    () => source.destroy(),
    (error: unknown) => result.destroy(error instanceof Error ? error : new Error(String(error))),
  )
  return result
}

async function copy(
  entries: Extract,
  output: Pack,
  decide: (header: Header) => Decision,
  onEnd: () => void,
): Promise<void> {
  for await (const entry of entries) {
    const decision = decide(entry.header)
    if (decision === 'stop') break
    if (decision === 'skip') entry.resume()
    else await copyEntry(entry, output, decision)
  }
  onEnd()
  output.finalize()
}

async function copyEntry(entry: Source, output: Pack, header: Exclude<Decision, string>): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const sink = output.entry(header, (error) => (error ? reject(error) : resolve()))
    entry.pipe(sink, (error) => {
      if (error) reject(error)
    })
  })
}

type Source = Extract extends AsyncIterable<infer Entry> ? Entry : never
