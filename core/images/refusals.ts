import { Refusal } from '../errors.ts'

const mostShown = 12

/** @param near says what the name may have been meant to be, or nothing. */
export function imageNotAllowed(
  image: string,
  allowed: readonly string[],
  near: (say: (found: string) => string) => string,
): Refusal {
  const meant = near((found) => ` Did you mean ${found}?`)
  const sentence = `The image ${quote(image)} is not one that this course runs.${meant} ${listOf(allowed)}`
  return new Refusal('image-not-allowed', sentence, { image: shorten(image) })
}

function listOf(allowed: readonly string[]): string {
  const names = allowed.slice(0, mostShown).map(shorten)
  const more = allowed.length - names.length
  const last = more > 0 ? `${more} more` : names.pop()
  const text = names.length === 0 ? last : `${names.join(', ')} and ${last}`
  return allowed.length === 0 ? 'It allows none yet; tell the course staff.' : `Allowed: ${text}.`
}

/** The same whether there is such an image or not: names must not tell. */
export function privateImage(image: string): Refusal {
  const sentence = `The image ${quote(image)} belongs to somebody else, or to nobody. Use one of the course's images, or one that you or your team built.`
  return new Refusal('private-image', sentence, { image: shorten(image) })
}

export function notAnImageName(image: string): Refusal {
  const sentence = `${quote(image)} is not the name of an image that can be used here. Write it as \`name:tag\`, such as gcc:13.`
  return new Refusal('bad-image-name', sentence, { image: shorten(image) })
}

/** @param problem a sentence about that line. */
export function badDockerfile(file: string, line: number, problem: string): Refusal {
  return new Refusal('bad-dockerfile', `${shorten(file)}, line ${line}: ${problem}`, { file: shorten(file), line })
}

/** A name in the build file, as a part of the team's namespace, cannot be made of this. */
export function badBuiltName(name: string): Refusal {
  const sentence = `\`image_name: ${shorten(name)}\` cannot be used: give one short name in lower case with an optional tag, such as \`simulator:v2\`. RAI puts your team's name in front.`
  return new Refusal('bad-built-image-name', sentence, { name: shorten(name) })
}

export function otherRegistry(asked: string, configured: string | undefined): Refusal {
  const where =
    configured === undefined ? 'This course publishes no images' : `This course publishes images to ${configured} only`
  const sentence = `${where}, and your build file asks for ${quote(asked)}. Remove \`registry:\` below \`push:\`${configured === undefined ? ', and `push:` itself' : ''}.`
  return new Refusal('other-registry', sentence, { asked: shorten(asked) })
}

export function noRegistry(): Refusal {
  const sentence =
    'Your build file asks to publish its image, and this course has no registry to publish to. Remove `push:` below `build_image:`.'
  return new Refusal('no-registry', sentence)
}

function quote(text: string): string {
  return JSON.stringify(shorten(text))
}

function shorten(text: string): string {
  const line = text.replaceAll(/[\p{Cc}\s]+/gu, ' ').trim()
  return line.length <= 120 ? line : `${line.slice(0, 119)}…`
}
