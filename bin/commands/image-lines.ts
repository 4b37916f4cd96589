import { stripVTControlCharacters } from 'node:util'
import prettyBytes from 'pretty-bytes'
import prettyMilliseconds from 'pretty-ms'
import type { StoredImage } from '../../worker/images/images.ts'

/** What `rai image ls` prints: one line an image, the least recently used first, and a sum. */
export function imageLines(images: readonly StoredImage[], now: number): readonly string[] {
  const ours = images.filter(({ usedAt }) => usedAt !== undefined)
  const bytes = ours.reduce((sum, image) => sum + image.bytes, 0)
  return [
    ...images.map((image) => {
      const size = prettyBytes(image.bytes, { binary: true }).padStart(9)
      return `${size}  ${useOf(image, now).padEnd(16)}  ${plain(image.names.join(', '))}${notesOf(image)}`
    }),
    `${images.length} images; RAI fetched or built ${ours.length} of them, ${prettyBytes(bytes, { binary: true })}.`,
  ]
}

function useOf({ usedAt }: StoredImage, now: number): string {
  if (usedAt === undefined) return 'not RAI’s'
  const ago = prettyMilliseconds(Math.max(0, now - usedAt), { compact: true })
  return `used ${ago} ago`
}

function notesOf({ namespace, pinned }: StoredImage): string {
  const notes = [namespace === undefined ? '' : `only for ${plain(namespace)}`, pinned ? 'pinned' : ''].filter(Boolean)
  return notes.length === 0 ? '' : `  (${notes.join(', ')})`
}

/** Labels are what whoever made the image wrote. */
function plain(text: string): string {
  return stripVTControlCharacters(text)
    .replaceAll(/\p{Cc}/gu, ' ')
    .slice(0, 300)
}
