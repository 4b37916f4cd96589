import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { execa } from 'execa'
import { describe, expect, onTestFinished, test } from 'vitest'
import { findProvided } from '../../bin/machine/packages.ts'

const folder = new URL('../../deploy/systemd/', import.meta.url)
const units = await readdir(folder)
const analyze = findProvided('systemd-analyze')
const why = analyze === undefined ? ' (skipped: there is no systemd-analyze here)' : ''

test('there are units for worker, sweeper, bots and everything in one', () => {
  expect(units.sort()).toEqual(['rai-bot@.service', 'rai-sweeper.service', 'rai-worker.service', 'rai.service'])
})

describe.each(units)('%s', (name) => {
  test.skipIf(analyze === undefined)(`systemd finds nothing to complain about${why}`, async () => {
    const scratch = await mkdtemp(join(tmpdir(), 'rai-units-'))
    onTestFinished(() => rm(scratch, { recursive: true }))
    // The program is not installed here, which systemd would rightly complain about.
    const text = (await readFile(new URL(name, folder), 'utf8')).replace('/usr/local/bin/rai', '/bin/true')
    const file = join(scratch, name.replace('@', '@slack'))
    await writeFile(file, text)
    const { all, exitCode } = await execa(analyze ?? '', ['verify', '--man=no', file], { reject: false, all: true })
    expect([exitCode, complaintsAbout(name, String(all))]).toEqual([0, []])
  })

  test('it comes back, is watched, gains no rights, and waits as long as a drain takes', async () => {
    const text = await readFile(new URL(name, folder), 'utf8')
    for (const line of ['Type=notify', 'NotifyAccess=all', 'WatchdogSec=60', 'Restart=always', 'NoNewPrivileges=yes'])
      expect(text).toContain(`\n${line}\n`)
    for (const line of ['UnsetEnvironment=RAI_FAILPOINTS', 'WorkingDirectory=-/etc/rai'])
      expect(text).toContain(`\n${line}\n`)
    expect(text).toMatch(/\nCapabilityBoundingSet=/)
    if (name === 'rai-worker.service') expect(text).toContain('\nTimeoutStopSec=12min\n')
  })
})

function complaintsAbout(name: string, output: string): string[] {
  return output.split('\n').filter((line) => line.includes(name.split('.')[0] ?? name))
}

test('worker and sweeper have no mount namespace of their own: the engine has to see their mounts', async () => {
  const creators =
    /^(Protect(?!Hostname)\w+|Private(?!Users|Network)\w+|ReadWritePaths|ReadOnlyPaths|InaccessiblePaths|TemporaryFileSystem|DynamicUser|RootDirectory|BindPaths)=/m
  for (const name of ['rai-worker.service', 'rai-sweeper.service', 'rai.service'])
    expect(await readFile(new URL(name, folder), 'utf8')).not.toMatch(creators)
})
