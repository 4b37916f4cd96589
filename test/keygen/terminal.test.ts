import { Writable } from 'node:stream'
import { expect, test } from 'vitest'
import { progressBar } from '../../bin/commands/progress-bar.ts'

function screen(isTTY: boolean) {
  let text = ''
  const stderr = new Writable({
    write(chunk, _encoding, callback) {
      text += String(chunk)
      callback()
    },
  })
  return { stderr: Object.assign(stderr, { isTTY }), shown: () => text }
}

test('a terminal shows how far it is, on one line', () => {
  const { stderr, shown } = screen(true)
  const bar = progressBar({ stderr }, 'mailing')
  bar.update(0, 4)
  bar.update(2, 4)
  bar.update(4, 4)
  bar.end()
  expect(shown().split('\r').slice(1)).toEqual([
    `mailing [${' '.repeat(30)}] 0/4`,
    `mailing [${'#'.repeat(15)}${' '.repeat(15)}] 2/4`,
    `mailing [${'#'.repeat(30)}] 4/4\n`,
  ])
})

test('anything else is not filled with bars', () => {
  const { stderr, shown } = screen(false)
  const bar = progressBar({ stderr }, 'mailing')
  bar.update(1, 0)
  bar.end()
  expect(shown()).toBe('')
})
