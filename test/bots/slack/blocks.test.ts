import { describe, expect, test } from 'vitest'
import { type Card, plainCard } from '../../../bots/card.ts'
import { isOfSlack } from '../../../bots/slack/attachment.ts'
import { messageOf, narrow, titleOf } from '../../../bots/slack/blocks.ts'
import { wordsOf } from '../../../bots/slack/mentions.ts'
import { code, codeBlock, cutText, escapeText, prose, readTyped } from '../../../bots/slack/text.ts'
import { readBlocks } from '../../support/slack/blocks.ts'

const hostile = '<!channel> <!here> <@U1> <#C1> @channel & ``` *x* </pre> <https://evil.example|click>'
const thread: Card = { ...plainCard('Running', [], 'working'), submission: 'a'.repeat(24) }

describe('what a student prints', () => {
  const card: Card = {
    ...thread,
    title: hostile,
    note: hostile,
    text: [hostile],
    fields: [
      { label: hostile, value: hostile },
      { label: `$ ${hostile}`, value: hostile },
    ],
    tail: [hostile, '```', `${'`'.repeat(7)} out`],
  }

  test.each([
    ['in a thread', card],
    ['in a list', { ...plainCard(hostile, [hostile]), fields: card.fields, tail: card.tail }],
  ])('makes no tag, mention or link %s', (_where, given) => {
    const { text, blocks } = messageOf(given)
    const all = [text, JSON.stringify(blocks)].join()
    expect(all).not.toMatch(/<[!@#/]|<h[^>]*\|/)
    expect(all).not.toMatch(/@channel/)
    expect(() => readBlocks(blocks, 50)).not.toThrow()
  })

  test.each([
    ['*bold* ~gone~ ``` fence', '∗bold∗ ∼gone∼ ˋˋˋ fence'],
    ['`make *.o` ended', '`make *.o` ended'],
    ['see https://x.example/a?b=1&c=*.', 'see <https://x.example/a?b=1&amp;c=*>.'],
    ['<https://evil.example|click>', '&lt;<https://evil.example>|click&gt;'],
  ])('in a sentence has no look of its own: %s', (text, shownAs) => {
    expect(prose(text, 200)).toBe(shownAs)
  })

  test('is cut at the end of an address or an escape, and never inside', () => {
    for (let most = 1; most < 60; most += 1) {
      const cut = prose('a & b https://x.example/path `code` & c', most)
      expect(cut.length).toBeLessThanOrEqual(Math.max(most, 1))
      expect(cut.includes('<')).toBe(cut.includes('path>'))
      expect(cut.replaceAll('&amp;', '')).not.toContain('&')
    }
  })

  test('cannot end the code block it is in', () => {
    const block = codeBlock(['```', 'a```b', '``````'], 500)
    expect(block.match(/```/g)).toHaveLength(2)
  })

  test('is read literally by Slack, in every text that takes markup', () => {
    const texts = JSON.stringify(messageOf(card).blocks).match(/\{"type":"mrkdwn"[^}]*\}/g) ?? []
    expect(texts.length).toBeGreaterThan(4)
    for (const text of texts) expect(text).toContain('"verbatim":true')
  })
})

describe('lengths', () => {
  test('the longest card there can be fits into what Slack takes', () => {
    const long = '<'.repeat(5_000)
    const fields = Array.from({ length: 200 }, (_, index) => ({ label: `label ${index}`, value: long }))
    const tail = Array.from({ length: 100 }, () => '&'.repeat(400))
    for (const submission of [undefined, 'x']) {
      const card = {
        ...plainCard(long, [long, long]),
        fields,
        tail,
        ...(submission === undefined ? {} : { submission }),
      }
      const { text, blocks } = messageOf(card)
      expect(text.length).toBeLessThanOrEqual(4_000)
      expect(() => readBlocks(blocks, 50)).not.toThrow()
      expect(JSON.stringify(messageOf(card, narrow).blocks).length).toBeLessThan(JSON.stringify(blocks).length)
    }
  })

  test('the last lines of output win', () => {
    const block = codeBlock(['first '.repeat(20), 'second', 'third'], 30)
    expect(block).toBe('```\nsecond\nthird\n```')
  })

  test('a cut never leaves half an escape or half a character', () => {
    expect(cutText('<<<<', 6)).toBe('&lt;…')
    expect(cutText('ab😀', 4)).toBe('ab😀')
    expect(cutText('ab😀c', 4)).toBe('ab…')
  })
})

describe('look', () => {
  test('headings are bold, sentences are not', () => {
    expect(titleOf({ ...thread, title: 'Running', note: '3s' })).toBe('🔵  *Running*  3s')
    expect(titleOf(plainCard('There is none.', [], 'bad'))).toBe('❌  There is none.')
    expect(titleOf(plainCard('The queue'))).toBe('*The queue*')
  })

  test('colours of the output are left out', () => {
    const card = { ...thread, tail: ['\u001b[31mred\u001b[0m'] }
    expect(JSON.stringify(messageOf(card).blocks)).toContain('\\nred\\n')
  })

  test('a button that opens an address is another one than a button that asks', () => {
    const buttons = [{ action: 'link', label: 'Link', submission: 'x', url: 'https://store.example/x' } as const]
    expect(JSON.stringify(messageOf({ ...thread, buttons }).blocks)).toContain('"action_id":"open_link"')
  })

  test('inline code holds whatever it is given', () => {
    expect(code('a`b')).toBe('`aˋb`')
    expect(code('<x>')).toBe('`&lt;x&gt;`')
  })
})

describe('what people type', () => {
  test.each([
    ['<@UBOT> submit <https://git.example/a?b=1&amp;c=2|git.example/a>', ['submit', 'https://git.example/a?b=1&c=2']],
    ['submit <mailto:git@git.example|git@git.example>:ada/x.git main', ['submit', 'git@git.example:ada/x.git', 'main']],
    ['<@UBOT|rai> /rai status', ['status']],
    ['&lt;b&gt; “two words”', ['<b>', 'two words']],
  ])('%s', (text, words) => expect(wordsOf(text, 'UBOT')).toEqual(words))

  test('what is escaped reads the same again', () => {
    expect(readTyped(escapeText('a < b && c > d'))).toBe('a < b && c > d')
  })
})

test('the token goes to Slack’s own hosts and to no other', () => {
  const slack = new URL('https://slack.com/api/')
  const yes = ['https://files.slack.com/files-pri/T-F/x.zip', 'https://slack.com/x', 'https://course.slack.com/x']
  const no = [
    'http://files.slack.com/x',
    'https://files.slack.com.evil.example/x',
    'https://evilslack.com/x',
    'https://evil.example/files.slack.com',
    'https://files.slack.com@evil.example/x',
  ]
  expect(yes.map((address) => isOfSlack(new URL(address), slack))).toEqual(yes.map(() => true))
  expect(no.map((address) => isOfSlack(new URL(address), slack))).toEqual(no.map(() => false))
  const other = new URL('http://127.0.0.1:8080/api/')
  expect(isOfSlack(new URL('http://127.0.0.1:8080/f'), other)).toBe(true)
  expect(isOfSlack(new URL('https://files.slack.com/f'), other)).toBe(false)
})
