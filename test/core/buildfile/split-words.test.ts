import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { splitWords } from '../../../core/buildfile/split-words.ts'

function words(text: string): string[] {
  const split = splitWords(text)
  if (split.kind !== 'words') throw new Error(`unfinished at ${split.at}`)
  return split.words.map((word) => word.text)
}

describe('splitWords', () => {
  it.each([
    ['make -j 4', ['make', '-j', '4']],
    ['  make\tall  ', ['make', 'all']],
    [`echo 'a b' "c d" e\\ f`, ['echo', 'a b', 'c d', 'e f']],
    [`echo a'b'"c"`, ['echo', 'abc']],
    [`echo '' ""`, ['echo', '', '']],
    [`echo "\\"\\$\\\\\\n"`, ['echo', '"$\\\\n']],
    [`echo '\\n'`, ['echo', '\\n']],
    ['a \\\n b', ['a', 'b']],
    ['/bin/bash -c "for f in src/*; do echo $f; done"', ['/bin/bash', '-c', 'for f in src/*; do echo $f; done']],
  ])('splits %j as a shell does, without expanding', (text, expected) => {
    expect(words(text)).toEqual(expected)
  })

  it.each([
    [`echo 'a`, 5, "'"],
    ['echo a "b', 7, '"'],
    ['echo \\', 5, '\\'],
  ])('says where %j is unfinished', (text, at, character) => {
    expect(splitWords(text)).toEqual({ kind: 'unfinished', at, character })
  })

  it('notes what a shell would act on, and not what is quoted', () => {
    const split = splitWords(`a "$b" '$c' \\$d | e~ ~f x#y "$" $`)
    const noted = split.kind === 'words' ? split.syntax.map(({ character, word }) => `${character}${word}`) : []
    expect(noted).toEqual(['$1', '|4', '~6'])
  })

  it('gives back any words that were put in single quotes', () => {
    const quote = (word: string) => `'${word.replaceAll("'", `'\\''`)}'`
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'binary' })), (list) => {
        expect(words(list.map(quote).join(' '))).toEqual(list)
      }),
    )
  })

  it('gives back any words that were escaped in double quotes', () => {
    const quote = (word: string) => `"${word.replaceAll(/[$`"\\]/g, '\\$&')}"`
    fc.assert(
      fc.property(fc.array(fc.string()), (list) => {
        const split = splitWords(list.map(quote).join(' '))
        expect(split).toMatchObject({ kind: 'words', syntax: [] })
        expect(words(list.map(quote).join(' '))).toEqual(list)
      }),
    )
  })

  it('splits a long command in no time', () => {
    const before = performance.now()
    words(`${'"$a\\"" '.repeat(100_000)}`)
    expect(performance.now() - before).toBeLessThan(5000)
  })
})
