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

/** The staff allowed it, and forgot the other half. */
export function noNetworkHere(): Refusal {
  const sentence =
    'Your commands may use the network of the course, but this worker has none. Ask the course staff to set docker.network, or take network out of your build file.'
  return new Refusal('no-network', sentence)
}

export function noGpusHere(): Refusal {
  const sentence = 'Your build file asks for a GPU, and this worker cannot hand one in. Ask the course staff.'
  return new Refusal('no-gpu', sentence)
}

function quote(name: string): string {
  return JSON.stringify(shorten(name, 120))
}

function shorten(text: string, length: number): string {
  const line = text.replace(/\s+/g, ' ').trim()
  return line.length <= length ? line : `${line.slice(0, length - 1)}…`
}
