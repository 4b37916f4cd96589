import { expect, test } from 'vitest'
import { ansiBlock, toDiscord } from '../../../bots/discord/ansi.ts'
import { isOfDiscord } from '../../../bots/discord/attachment.ts'
import { messageOf } from '../../../bots/discord/look.ts'
import { fileNameOf, hasMark, isFileOf, nonceOf } from '../../../bots/discord/marks.ts'
import { wordsOf } from '../../../bots/discord/slash.ts'
import { cutText, escapeText } from '../../../bots/discord/text.ts'
import { readThreadName } from '../../../bots/discord/threads.ts'

const esc = '\u001b'

test.each([
  ['**bold** _it_ ~~no~~ ||spoiler||', '\\*\\*bold\\*\\* \\_it\\_ \\~\\~no\\~\\~ \\|\\|spoiler\\|\\|'],
  ['# heading', '\\# heading'],
  ['[mask](https://evil.example)', '\\[mask\\]\\(<https://evil.example)>'],
  ['<@123> <@&4> <#5>', '\\<@\u200b123\\> \\<@\u200b&4\\> \\<\\#5\\>'],
  ['@everyone', '@\u200beveryone'],
  ['`make` ended', '`make` ended'],
  ['an odd ` tick', 'an odd \\` tick'],
  ['https://a.example/x_y*z', '<https://a.example/x_y*z>'],
])('%s is shown as it was written', (text, escaped) => {
  expect(escapeText(text)).toBe(escaped)
})

test('a text is cut after escaping, and never inside an escape or an address', () => {
  for (let most = 2; most < 40; most += 1) {
    const cut = cutText(`*a*b https://x.example/path ${'*'.repeat(40)}`, most)
    expect(cut.length).toBeLessThanOrEqual(most)
    expect(cut).toMatch(/…$/)
    expect(cut.replace(/\\./g, '').includes('\\')).toBe(false)
    expect(cut.includes('<') === cut.includes('path>')).toBe(true)
  }
})

test.each([
  ['31', '31'],
  ['1;4;32', '1;4;32'],
  ['91', '31'],
  ['104', '44'],
  ['38;5;196', '31'],
  ['38;5;10', '32'],
  ['48;2;0;0;255', '44'],
  ['39', '0'],
  ['', '0'],
])('the colour %s is shown as %s', (given, wanted) => {
  expect(toDiscord(`${esc}[${given}mx`)).toBe(`${esc}[${wanted}mx`)
})

test('a style that Discord does not know is left out', () => {
  expect(toDiscord(`${esc}[3mx${esc}[53m`)).toBe('x')
})

test('a block keeps the last lines that fit, and nothing in it closes it', () => {
  const block = ansiBlock([...Array.from({ length: 500 }, (_, index) => `line ${index}`), '``` @here'], 300)
  expect(block.length).toBeLessThanOrEqual(300)
  expect(block.match(/```/g)).toHaveLength(2)
  expect(block).toContain('line 499')
  expect(block).not.toContain('@here')
})

test('the longest card fits into a message', () => {
  const long = '*'.repeat(10_000)
  const fields = Array.from({ length: 40 }, (_, index) => ({ label: `${index % 2 ? '$ ' : ''}${long}`, value: long }))
  for (const submission of [undefined, 'a'.repeat(24)]) {
    const card = {
      title: long,
      note: long,
      tone: 'bad' as const,
      text: [long, long],
      fields,
      tail: [long, long],
      buttons: [],
    }
    const texts = JSON.stringify(messageOf({ ...card, ...(submission === undefined ? {} : { submission }) })).match(
      /"content":"((?:[^"\\]|\\.)*)"/g,
    )
    const length = (texts ?? []).reduce((sum, text) => sum + String(JSON.parse(`{${text}}`).content).length, 0)
    expect(length).toBeLessThanOrEqual(4_000)
    expect(length).toBeGreaterThan(1_000)
  }
})

test('a message is found by its delivery, and by no other', () => {
  const { components } = messageOf({ title: 'x', tone: 'good', text: [], fields: [], tail: [], buttons: [] }, 'one')
  expect([hasMark(components, 'one'), hasMark(components, 'two'), hasMark([{}], 'one')]).toEqual([true, false, false])
  expect(nonceOf('one').length).toBeLessThanOrEqual(25)
  expect(fileNameOf('log.txt', 'one')).toMatch(/^log-[0-9a-f]{12}\.txt$/)
  expect([isFileOf(fileNameOf('log.txt', 'one'), 'one'), isFileOf(fileNameOf('log.txt', 'one'), 'two')]).toEqual([
    true,
    false,
  ])
})

test.each([
  ['https://cdn.discordapp.com/attachments/1/2/a.zip', true],
  ['https://media.discordapp.net/attachments/1/2/a.zip', true],
  ['http://cdn.discordapp.com/attachments/1/2/a.zip', false],
  ['https://cdn.discordapp.com:8443/a.zip', false],
  ['https://cdn.discordapp.com.evil.example/a.zip', false],
  ['https://user@169.254.169.254/a.zip', false],
  ['nonsense', false],
])('%s is Discord’s: %s', (url, wanted) => {
  expect(isOfDiscord(url, new URL('https://discord.com/api'))).toBe(wanted)
})

test('options of a sub-command become the words that somebody would type', () => {
  const given: Record<string, string> = { repo: '-x', ref: 'main', assignment: ' lab1 ' }
  expect(wordsOf('submit', (name) => given[name] ?? null)).toEqual([
    'submit',
    '--ref=main',
    '--assignment=lab1',
    '--',
    '-x',
  ])
})

test('a thread’s name says which submission it is about', () => {
  expect(readThreadName('ada: x · 0123abcd')).toBe('0123abcd')
  expect(readThreadName('0123abcd')).toBeUndefined()
})
