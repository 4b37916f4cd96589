import { expect, test } from 'vitest'
import { runRai } from './io.ts'

const env = { RAI_SECRET: 'PASS' }
const original = '==AES32==PT1BRVMzMj09+swJFof+Q6uZ3wxf5ggLZuAmIoBhrUvSYmiZczsN/E+3MnL59wSsKIOKOyk='

test('what encrypt prints, decrypt reads', async () => {
  const { stdout: value, stderr } = await runRai(['crypto', 'encrypt', 'some text'], { env })
  expect(value).toMatch(/^==RAI2==\S+\n$/)
  expect(stderr).toBe('')
  expect(await runRai(['crypto', 'decrypt', value.trim()], { env })).toEqual({
    stdout: 'some text\n',
    stderr: '',
    exitCode: 0,
  })
})

test('reads the text from standard input', async () => {
  const { stdout: value } = await runRai(['crypto', 'encrypt'], { env, stdin: 'two\nlines\n' })
  expect((await runRai(['crypto', 'decrypt'], { env, stdin: value })).stdout).toBe('two\nlines\n')
})

test('reads the original format, and advises the new one', async () => {
  expect(await runRai(['crypto', 'decrypt', original], { env })).toEqual({
    stdout: 'MY_PLAIN_TEXT_STRING\n',
    stderr: 'notice: the old format does not protect a value from changes; `rai crypto encrypt` writes the new one.\n',
    exitCode: 0,
  })
})

test.each([
  ['before', ['-s', 'PASS', 'crypto', 'decrypt', original]],
  ['after', ['crypto', 'decrypt', '-s', 'PASS', original]],
])('takes -s %s the command, with a warning', async (_where, line) => {
  const { stdout, stderr } = await runRai(line)
  expect(stdout).toBe('MY_PLAIN_TEXT_STRING\n')
  expect(stderr).toContain(
    'warning: every user of this host sees -s in the process list; RAI_SECRET or ~/.rai_secret are safe.\n',
  )
})

test('takes the secret from standard input, alone or before the text', async () => {
  const alone = await runRai(['crypto', 'decrypt', '--secret-stdin', original], { stdin: 'PASS\n' })
  const both = await runRai(['crypto', 'decrypt', '--secret-stdin'], { stdin: `PASS\n${original}\n` })
  expect([alone.stdout, both.stdout]).toEqual(['MY_PLAIN_TEXT_STRING\n', 'MY_PLAIN_TEXT_STRING\n'])
})

test.each([
  [['decrypt', original], { env: { RAI_SECRET: 'WRONG' } }, 'The value cannot be decrypted: the secret is wrong.'],
  [['decrypt', 'plain'], { env }, 'This is not an encrypted value; those start with ==RAI2== or ==AES32==.'],
  [
    ['encrypt', 'x'],
    {},
    'There is no app secret; put it into RAI_SECRET or ~/.rai_secret, or pipe it in with --secret-stdin.',
  ],
  [['encrypt'], { env }, 'There is no text; give it as an argument, or pipe it in.'],
  [['encrypt'], { env, stdin: '\n' }, 'There is no text; give it as an argument, or pipe it in.'],
] as const)('crypto %j ends with a sentence', async (line, options, sentence) => {
  expect(await runRai(['crypto', ...line], options)).toEqual({ stdout: '', stderr: `${sentence}\n`, exitCode: 1 })
})
