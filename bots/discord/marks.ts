import { createHash } from 'node:crypto'
import { z } from 'zod'

/**
 * Which delivery a message is. Discord forgets a nonce after minutes, so the numbers that components may carry, which
 * nobody sees, say it for good; of files, the name does.
 */
export interface Mark {
  readonly box: number
  readonly text: number
}

export function markOf(delivery: string): Mark {
  const hash = digest(delivery)
  return { box: numberAt(hash, 0), text: numberAt(hash, 4) }
}

/** 31 bits, above what Discord numbers by itself. */
function numberAt(hash: Buffer, offset: number): number {
  return (hash.readUInt32BE(offset) & 0x7fff_ffff) | 0x10_0000
}

/** Discord takes 25 characters, and while it remembers them, posts a message once. */
export function nonceOf(delivery: string): string {
  return digest(delivery).toString('hex').slice(0, 24)
}

function digest(delivery: string): Buffer {
  return createHash('sha256').update(delivery).digest()
}

const marked = z.object({ id: z.number(), components: z.array(z.looseObject({ id: z.number() })).min(1) })

export function hasMark(components: readonly unknown[], delivery: string): boolean {
  const { box, text } = markOf(delivery)
  return components.some((component) => {
    const { success, data } = marked.safeParse(component)
    return success && data.id === box && data.components[0]?.id === text
  })
}

export function fileNameOf(name: string, delivery: string): string {
  const dot = name.lastIndexOf('.')
  const [stem, ending] = dot < 1 ? [name, ''] : [name.slice(0, dot), name.slice(dot)]
  return `${stem}-${nonceOf(delivery).slice(0, 12)}${ending}`
}

export function isFileOf(name: string, delivery: string): boolean {
  return name.includes(`-${nonceOf(delivery).slice(0, 12)}`)
}
