import { type BuildFileOptions, type ParsedBuildFile, parseBuildFile } from './parse.ts'

/**
 * Parses a build file as it lies in the submission: UTF-8, or UTF-16 with a byte order mark, as some editors on Windows
 * save it. Bytes that are neither become U+FFFD, which the parser refuses with their place.
 *
 * @throws Refusal `bad-build-file`.
 */
export function parseBuildFileBytes(bytes: Uint8Array, options: BuildFileOptions): ParsedBuildFile {
  return parseBuildFile(new TextDecoder(encodingOf(bytes)).decode(bytes), options)
}

function encodingOf([first, second]: Uint8Array): string {
  if (first === 0xff && second === 0xfe) return 'utf-16le'
  return first === 0xfe && second === 0xff ? 'utf-16be' : 'utf-8'
}
