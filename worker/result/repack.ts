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
  return packTogether([{ source, decide }], onEnd)
}

export interface Part {
  readonly source: Readable
  readonly decide: (header: Header) => Decision
}

/** Several tar streams as one, one after the other, each as `repack` would copy it. */
export function packTogether(parts: readonly Part[], onEnd: () => void = () => {}): Readable {
  const output = pack()
  const result = Readable.from(output, { objectMode: false })
  const destroySources = () => {
    for (const { source } of parts) source.destroy()
  }
  result.once('close', destroySources)
  copyAll(parts, output, onEnd).then(destroySources, (error: unknown) =>
    result.destroy(error instanceof Error ? error : new Error(String(error))),
  )
  return result
}

async function copyAll(parts: readonly Part[], output: Pack, onEnd: () => void): Promise<void> {
  // All at once: a source that fails while another is copied is noticed, and tar-stream drops entries that come before
  // anybody iterates.
  const opened = parts.map(({ source, decide }) => {
    const entries = extract()
    pipe(source, entries, () => {})
    return { entries: entries[Symbol.asyncIterator](), decide }
  })
  for (const { entries, decide } of opened) await copy(entries, output, decide)
  onEnd()
  output.finalize()
}

async function copy(entries: AsyncIterator<Source>, output: Pack, decide: (header: Header) => Decision): Promise<void> {
  for await (const entry of { [Symbol.asyncIterator]: () => entries }) {
    const decision = decide(entry.header)
    if (decision === 'stop') break
    if (decision === 'skip') entry.resume()
    else await copyEntry(entry, output, decision)
  }
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
