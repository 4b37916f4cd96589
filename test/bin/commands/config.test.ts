import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { emptyHome, runRai } from './io.ts'

test('config check says that all is well, and with which file', async () => {
  expect(await runRai(['config', 'check'])).toEqual({
    stdout: 'The configuration is in order (no file, so defaults and the environment).\n',
    stderr: '',
    exitCode: 0,
  })
})

test('config check prints every problem, and ends with 1', async () => {
  const home = await emptyHome()
  const file = join(home, 'course.yml')
  await writeFile(file, 'docker:\n  grace: soon\nstor:\n  bucket: x\n')
  expect(await runRai(['config', 'check', '--config', 'course.yml'], { home })).toEqual({
    stdout: '',
    stderr: `${file}:2: docker.grace: must be a duration such as 90s, 15m or 1h, but is "soon"
${file}:4: stor.bucket: there is no section "stor"; did you mean "store"?

The configuration has 2 problems. Nothing starts until this is mended.
`,
    exitCode: 1,
  })
})

test('config show prints values and origins, and no secret', async () => {
  const env = { RAI_PUBSUB_PASSWORD: 'hunter2', RAI_STORE_ACL: 'x' }
  const { stdout, stderr, exitCode } = await runRai(['config', 'show'], { env })
  expect(stdout).toContain('  password: [redacted]  # from RAI_PUBSUB_PASSWORD\n')
  expect(stdout + stderr).not.toContain('hunter2')
  expect(stderr).toMatch(/^notice: RAI_STORE_ACL is not used/)
  expect(exitCode).toBe(0)
})
