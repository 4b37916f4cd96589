import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pino } from 'pino'
import { expect, onTestFinished, test } from 'vitest'
import { startWatchdog } from '../../../bin/compose/health-watchdog.ts'
import { until } from '../../support/until.ts'

const silent = pino({ level: 'silent' })

/** Stands in for systemd-notify: writes down what it was to tell, and to whom. */
async function notifier() {
  const folder = await mkdtemp(join(tmpdir(), 'rai-notify-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  const program = join(folder, 'notify')
  const heard = join(folder, 'heard')
  await writeFile(program, `#!/bin/sh\necho "$NOTIFY_SOCKET $*" >> ${heard}\n`)
  await chmod(program, 0o755)
  return { program, heard: async () => (await readFile(heard, 'utf8').catch(() => '')).split('\n').slice(0, -1) }
}

test('tells systemd that it is up, that it lives, and that it leaves', async () => {
  const { program, heard } = await notifier()
  const env = { NOTIFY_SOCKET: '/run/notify', WATCHDOG_USEC: '60000' }
  const watchdog = await startWatchdog({ env, log: silent, program })
  expect(await heard()).toEqual([`/run/notify --ready --pid=${process.pid}`])
  await until(async () => ((await heard()).filter((line) => line.endsWith('WATCHDOG=1')).length > 2 ? true : undefined))
  await watchdog.close()
  await watchdog.close()
  expect((await heard()).filter((line) => line.endsWith('STOPPING=1'))).toHaveLength(1)
})

test('says nothing where systemd does not listen, and does not ping without a watchdog', async () => {
  const { program, heard } = await notifier()
  await (await startWatchdog({ env: {}, log: silent, program })).close()
  expect(await heard()).toEqual([])
  await (await startWatchdog({ env: { NOTIFY_SOCKET: '/x' }, log: silent, program })).close()
  expect(await heard()).toEqual([`/x --ready --pid=${process.pid}`, '/x STOPPING=1'])
})

test('a process goes on when systemd cannot be told', async () => {
  const lines: string[] = []
  const log = pino({}, { write: (line) => lines.push(line) })
  await (await startWatchdog({ env: { NOTIFY_SOCKET: '/x' }, log, program: '/nonexistent' })).close()
  expect(lines.join('')).toContain('systemd cannot be told')
})
