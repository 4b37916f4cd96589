import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test, vi } from 'vitest'
import { logged } from '../../../core/logger/error-id.ts'
import { type CreateLoggerOptions, createLogger } from '../../../core/logger/logger.ts'
import { createRedactor } from '../../../core/secret/redact.ts'

function collecting(options: Partial<CreateLoggerOptions> = {}) {
  const lines: string[] = []
  const destination = { write: (line: string) => lines.push(line) }
  return { lines, ...createLogger({ level: 'info', destination, ...options }) }
}

test('writes one JSON line an event, from its level up', () => {
  const { log, lines } = collecting()
  log.debug('not this')
  log.child({ submission: 's1' }).warn({ attempt: 2 }, 'lease lost')
  expect(lines).toHaveLength(1)
  expect(JSON.parse(lines.join(''))).toMatchObject({ level: 40, submission: 's1', attempt: 2, msg: 'lease lost' })
})

test('is pretty for people', () => {
  const { log, lines } = collecting({ pretty: true })
  log.info('hello')
  expect(lines.join('')).toContain('hello')
  expect(lines.join('')).not.toContain('{')
})

test('takes configured secrets out of everything', () => {
  const { log, lines } = collecting({ redact: createRedactor(['hunter2"x']).redact })
  log.info({ url: 'redis://:hunter2"x@h', err: new Error('cannot use hunter2"x') }, 'tried hunter2"x')
  expect(lines.join('')).not.toContain('hunter2')
  expect(JSON.parse(lines.join(''))).toMatchObject({ level: 30, url: 'redis://:[redacted]@h', msg: 'tried [redacted]' })
})

test('tells journald the priority of each line', () => {
  const { log, lines } = collecting({ hooks: ['journald'], pretty: true, level: 'trace' })
  log.debug('a')
  log.info('b')
  log.warn('c')
  log.error('d')
  log.fatal('e')
  expect(lines.map((line) => line.slice(0, 4))).toEqual(['<7>{', '<6>{', '<4>{', '<3>{', '<2>{'])
})

test('an error shown to a person has an id that the log knows', () => {
  const { log, lines } = collecting()
  const id = logged(log, new TypeError('x is not a function'), 'could not render')
  expect(id).toMatch(/^E-[2-9A-Z]{8}$/)
  const line: unknown = JSON.parse(lines.join(''))
  expect(line).toMatchObject({
    level: 50,
    errorId: id,
    msg: 'could not render',
    err: { type: 'TypeError', message: 'x is not a function' },
  })
})

test('hands lines to syslog with their priority, and waits for them when it is closed', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'rai-syslog-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  const program = join(folder, 'logger')
  await writeFile(program, `#!/bin/sh\necho "$@" > ${folder}/arguments\ncat > ${folder}/lines\n`)
  await chmod(program, 0o755)
  const { log, lines, close } = collecting({ hooks: ['syslog'], name: 'raid', syslogCommand: [program] })
  log.error('disk full')
  await close()
  await close()
  expect(await readFile(join(folder, 'arguments'), 'utf8')).toBe('--prio-prefix --size 8KiB --tag raid\n')
  expect(await readFile(join(folder, 'lines'), 'utf8')).toBe(`<3>${lines.join('')}`)
})

test('goes on without syslog where there is none, and says so once', async () => {
  const { log, lines, close } = collecting({ hooks: ['syslog'], syslogCommand: ['/nonexistent/logger'] })
  log.info('first')
  await vi.waitFor(() => expect(lines.join('')).toContain('syslog gets no lines'))
  log.info('second')
  await close()
  expect(lines.map((line) => JSON.parse(line).msg.slice(0, 20))).toEqual(['first', 'syslog gets no lines', 'second'])
})
