import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { execa } from 'execa'
import { ProviderError } from '../../core/errors.ts'
import type { Say } from './packages.ts'

const policyFile = '/usr/sbin/policy-rc.d'
const policy = '#!/bin/sh\n# Made by RAI for the length of one installation: starts no service.\nexit 101\n'

const minutes = 60_000

/** Waits for another apt to finish instead of failing. */
const aptOptions = ['-y', '-q', '-o', 'DPkg::Lock::Timeout=300', '-o', 'Acquire::Retries=2']

/**
 * `apt-get install` without recommendations, questions or started services. Fetches the package lists only where
 * there are none, or where the ones here turned out to be too old. Rejects with a `ProviderError`.
 */
export async function installPackages(names: readonly string[], say: Say): Promise<void> {
  await withoutStartingServices(() => aptWithLists(['install', '--no-install-recommends', ...names], say))
}

/**
 * Downloads the packages and all that they depend on, as for a machine that has nothing yet, into `folder` (which
 * must exist), as `*.deb`. Installs nothing. Rejects with a `ProviderError`.
 */
export async function downloadPackages(names: readonly string[], folder: string, say: Say): Promise<void> {
  const nothingInstalled = join(folder, 'status')
  writeFileSync(nothingInstalled, '')
  mkdirSync(join(folder, 'partial'), { recursive: true })
  const settings = [
    `Dir::State::status=${nothingInstalled}`,
    `Dir::Cache::archives=${folder}`,
    // The system's own state is not touched, and a temporary folder is closed to apt's own user.
    'Debug::NoLocking=1',
    'APT::Sandbox::User=root',
  ].flatMap((setting) => ['-o', setting])
  await aptWithLists(['install', '--download-only', '--no-install-recommends', ...settings, ...names], say)
}

async function aptWithLists(words: readonly string[], say: Say): Promise<void> {
  if (havePackageLists() && (await apt(words, 15 * minutes)).ok) return
  say("Fetching Debian's package lists…")
  await updateLists(say)
  const second = await apt(words, 15 * minutes)
  if (!second.ok) throw aptError(words.filter((word) => /^[a-z]/.test(word)).join(' '), second.tail)
}

/** A mirror in the middle of its own update is common, hence the second try. */
async function updateLists(say: Say): Promise<void> {
  if ((await apt(['update'], 5 * minutes)).ok) return
  say('apt-get update failed; trying once more…')
  const second = await apt(['update'], 5 * minutes)
  if (!second.ok) throw aptError('update the package lists', second.tail)
}

async function apt(words: readonly string[], timeout: number): Promise<{ ok: boolean; tail: string }> {
  const env = { DEBIAN_FRONTEND: 'noninteractive', NEEDRESTART_SUSPEND: '1', LC_ALL: 'C.UTF-8' }
  const result = await execa('apt-get', [...aptOptions, ...words], {
    env,
    timeout,
    all: true,
    reject: false,
    stdin: 'ignore',
  })
  return { ok: !result.failed, tail: lastLines(result.all) }
}

function aptError(operation: string, tail: string): ProviderError {
  return new ProviderError({ provider: 'apt', operation, retryable: true, cause: new Error(tail) })
}

function lastLines(text: string): string {
  return text.trimEnd().split('\n').slice(-12).join('\n')
}

function havePackageLists(): boolean {
  const folder = '/var/lib/apt/lists'
  return existsSync(folder) && readdirSync(folder).some((name) => name.includes('_Packages'))
}

/** A policy that the administrator (or a container image) brought is left alone. Ours from a killed run is replaced. */
async function withoutStartingServices(action: () => Promise<void>): Promise<void> {
  if (existsSync(policyFile) && readFileSync(policyFile, 'utf8') !== policy) return await action()
  writeFileSync(policyFile, policy, { mode: 0o755 })
  try {
    await action()
  } finally {
    rmSync(policyFile, { force: true })
  }
}
