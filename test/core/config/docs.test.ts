import { readFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { knownKeys } from '../../../core/config/known-keys.ts'
import { configFrom } from '../../../core/config/parse.ts'
import { showConfig } from '../../../core/config/show.ts'
import { renderConfigDocs } from '../../../scripts/config-docs.ts'
import { loadText } from './folder.ts'

const folders = { home: '/home/staff', cwd: '/work' }

test('docs/configuration.md is what `npm run docs:config` writes', async () => {
  expect(await readFile(new URL('../../../docs/configuration.md', import.meta.url), 'utf8')).toBe(renderConfigDocs())
})

test('every key has one line of explanation', () => {
  for (const { name, field } of knownKeys) {
    expect(field.description, name).toMatch(/^[^\n]{10,200}\.$/)
  }
})

test('what `config show` prints can be loaded, and gives the same configuration', async () => {
  const config = configFrom({ docker: { time_limit: '90s', env: { A: 'b' } }, logger: { hooks: ['syslog'] } }, folders)
  const { config: again } = await loadText(showConfig({ config, origins: new Map() }))
  expect(again).toEqual(config)
})

test('`config show` says where values come from, and keeps secrets to itself', async () => {
  const loaded = await loadText('email:\n  mailgun_active_api_key: key-0123456789\n', {
    env: { RAI_DOCKER_GRACE: '5s' },
  })
  const shown = showConfig(loaded)
  expect(shown).toContain('  grace: 5s  # from RAI_DOCKER_GRACE\n')
  expect(shown).toMatch(/ {2}mailgun_active_api_key: \[redacted\] {2}# from \S+\.rai_config\.yml:2\n/)
  expect(shown).not.toContain('key-0123456789')
  expect(shown).toContain('  time_limit: 1h\n')
  expect(shown).toContain('  # cert_path is not set\n')
})
