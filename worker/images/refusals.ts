import prettyBytes from 'pretty-bytes'
import prettyMilliseconds from 'pretty-ms'
import { Refusal } from '../../core/errors.ts'

/** @param reason what the engine said. */
export function imageNotFound(image: string, reason: string): Refusal {
  const sentence = `The image ${quote(image)} cannot be had: no registry we may ask has it under this name and tag. Check rai.image in your build file, or ask the course staff which images there are.`
  return new Refusal('unknown-image', sentence, { image: shorten(image, 120), reason: shorten(reason, 300) })
}

export function noDockerfile(path: string): Refusal {
  const sentence = `There is no file ${quote(path)} in what you submitted, and \`commands.build_image\` builds from it. Add it, or name the right one with \`dockerfile:\`.`
  return new Refusal('no-dockerfile', sentence, { path: shorten(path, 120) })
}

export function dockerfileTooLarge(path: string, bytes: number, limit: number): Refusal {
  const sentence = `${quote(path)} has ${bytes} bytes, and ${limit} is the most for a Dockerfile. Move scripts into files of their own and COPY them.`
  return new Refusal('dockerfile-too-large', sentence, { bytes, limit })
}

/** @param reason the engine's own line: which step, which exit code. */
export function buildFailed(reason: string): Refusal {
  const sentence = `Building your image failed: ${shorten(reason, 300)}. What the build printed is in the log above; mend the Dockerfile and submit again.`
  return new Refusal('image-build-failed', sentence)
}

export function buildTimedOut(limitMs: number): Refusal {
  const sentence = `Building your image was stopped after ${prettyMilliseconds(limitMs)}, the longest it may take. Do less in the Dockerfile, or start from an image that has more.`
  return new Refusal('image-build-timed-out', sentence, { limitMs })
}

export function builtTooLarge(bytes: number, limit: number): Refusal {
  const [found, most] = [bytes, limit].map((size) => prettyBytes(size, { binary: true }))
  const sentence = `Your image grew to ${found}, and ${most} is the most it may add to what it is built on. Remove what the run does not need, in the same RUN that makes it.`
  return new Refusal('image-too-large', sentence, { bytes, limit })
}

function quote(text: string): string {
  return JSON.stringify(shorten(text, 120))
}

function shorten(text: string, length: number): string {
  const line = text
    .replaceAll(/[\p{Cc}\s]+/gu, ' ')
    .trim()
    .replace(/\.$/, '')
  return line.length <= length ? line : `${line.slice(0, length - 1)}…`
}
