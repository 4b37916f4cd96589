const largest = 1024 * 1024

/** All of standard input as UTF-8, one megabyte at most. */
export async function readInput(stdin: NodeJS.ReadableStream): Promise<string> {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of stdin) {
    chunks.push(Buffer.from(chunk))
    bytes += Buffer.byteLength(chunk)
    if (bytes > largest) throw new RangeError(`standard input has more than ${largest} bytes`)
  }
  return Buffer.concat(chunks).toString('utf8')
}
