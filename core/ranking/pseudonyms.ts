import { createHmac } from 'node:crypto'
import { groupBy } from '../group-by.ts'
import { deriveKey } from '../secret/keyed-hash.ts'

const colours = 'amber azure brass bronze cobalt copper coral crimson cyan ebony emerald golden grey indigo ivory jade'
const more = 'lemon lilac lime maroon mint olive orange pearl plum rose ruby rust sable silver teal violet'
const animals = 'badger bear bee bison crane deer dove eagle falcon finch fox gecko goose hare hawk heron'
const others = 'ibis jay koala lark lemur lynx mole moth newt otter owl panda raven robin seal wolf'

const firsts = `${colours} ${more}`.split(' ')
const seconds = `${animals} ${others}`.split(' ')

/** The key of one assignment's names: whoever knows another assignment's names learns nothing about these. */
export function pseudonymKey(appSecret: string, course: string, assignment: string): Buffer {
  return deriveKey(appSecret, `ranking ${JSON.stringify([course, assignment])}`)
}

/**
 * A name for each owner that says nothing about who it is, and is the same every time: a keyed hash as two words and
 * two digits, and more digits where two would be called the same.
 */
export function pseudonymsOf(owners: readonly string[], key: Buffer): Map<string, string> {
  const hashes = owners.map((owner) => ({ owner, hash: createHmac('sha256', key).update(owner, 'utf8').digest() }))
  const shared = groupBy(hashes, ({ hash }) => nameOf(hash))
  return new Map(
    hashes.map(({ owner, hash }) => {
      const name = nameOf(hash)
      return [owner, shared.get(name)?.length === 1 ? name : `${name}-${hash.subarray(8, 12).toString('hex')}`]
    }),
  )
}

function nameOf(hash: Buffer): string {
  const first = firsts[hash.readUInt16BE(0) % firsts.length] ?? ''
  const second = seconds[hash.readUInt16BE(2) % seconds.length] ?? ''
  return `${first} ${second} ${String(hash.readUInt32BE(4) % 100).padStart(2, '0')}`
}
