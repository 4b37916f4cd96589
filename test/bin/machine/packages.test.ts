import { expect, test } from 'vitest'
import {
  announcement,
  ensurePackages,
  findProvided,
  missingError,
  missingOf,
  type WantedPackage,
} from '../../../bin/machine/packages.ts'
import { Refusal } from '../../../core/errors.ts'

const git: WantedPackage = { package: 'git', provides: 'git', why: 'fetch repositories' }
const xz: WantedPackage = { package: 'xz-utils', provides: 'xz', why: 'unpack .tar.xz archives' }
const mkfs: WantedPackage = { package: 'e2fsprogs', provides: 'mkfs.ext4', why: 'bound what /build holds' }
const lsattr: WantedPackage = { package: 'e2fsprogs', provides: 'lsattr', why: 'look at attributes' }

test('only what is not provided is missing', () => {
  expect(missingOf([git, xz, mkfs], (provides) => provides === 'git')).toEqual([xz, mkfs])
  expect(missingOf([git, xz], () => true)).toEqual([])
})

test('a package is announced once, with all its reasons', () => {
  expect(announcement([mkfs, xz, lsattr])).toEqual([
    "Installing from Debian's packages:",
    '  e2fsprogs, to bound what /build holds and to look at attributes',
    '  xz-utils, to unpack .tar.xz archives',
  ])
})

test('where nothing can be installed, everything that is missing is named at once, with the command to get it', () => {
  const error = missingError([xz, mkfs, lsattr])
  expect(error).toBeInstanceOf(Refusal)
  expect(error.message).toContain('  xz, to unpack .tar.xz archives\n')
  expect(error.message).toContain('  mkfs.ext4, to bound')
  expect(error.message).toMatch(/sudo apt-get install xz-utils e2fsprogs$/)
})

test('finds commands on the PATH, files by their path, and files in a folder named after a version', () => {
  expect(findProvided('sh')).toMatch(/\/sh$/)
  expect(findProvided('no-such-command-at-all')).toBeUndefined()
  expect(findProvided(process.execPath)).toBe(process.execPath)
  expect(findProvided('/*/self/exe')).toBe('/proc/self/exe')
  expect(findProvided('/no-such-folder/*/x')).toBeUndefined()
})

test('says nothing and costs next to nothing when all is there', async () => {
  const said: string[] = []
  const before = performance.now()
  const shell = { package: 'dash', provides: 'sh', why: 'run commands' }
  await ensurePackages(
    Array.from({ length: 20 }, () => shell),
    (line) => said.push(line),
  )
  expect(performance.now() - before).toBeLessThan(2_000)
  expect(said).toEqual([])
})
