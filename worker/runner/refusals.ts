import { Refusal } from '../../core/errors.ts'

/** @param reason what the engine said, one line. */
export function unknownImage(image: string, reason: string): Refusal {
  const sentence = `The image ${quote(image)} cannot be had here. Check rai.image in your build file, or ask the course staff which images there are.`
  return new Refusal('unknown-image', sentence, { image: quote(image), reason: shorten(reason, 300) })
}

export function unusableImage(image: string, reason: string): Refusal {
  const sentence = `The image ${quote(image)} cannot run commands: it has no /bin/sh that works on this machine. Choose another image, or ask the course staff.`
  return new Refusal('unusable-image', sentence, { image: quote(image), reason: shorten(reason, 300) })
}

function quote(name: string): string {
  return JSON.stringify(shorten(name, 120))
}

function shorten(text: string, length: number): string {
  const line = text.replace(/\s+/g, ' ').trim()
  return line.length <= length ? line : `${line.slice(0, length - 1)}…`
}
