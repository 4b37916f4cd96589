import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { emptyHome, runRai } from './io.ts'

const example = join(import.meta.dirname, '../../../examples/course/course.yml')

test('course check says that the example is in order', async () => {
  expect(await runRai(['course', 'check', example])).toEqual({
    ...{ stdout: 'In order: ece408-2026-fall with 2 assignments.\n', stderr: '', exitCode: 0 },
  })
})

test('course check prints every problem with its place, and ends with 1', async () => {
  const home = await emptyHome()
  await writeFile(join(home, 'course.yml'), 'name: ece408\nlate_token: 3\nweight: heavy\n')
  expect(await runRai(['course', 'check', 'course.yml'], { home })).toEqual({
    stdout: '',
    stderr: `${home}/course.yml:2:1: late_token is not a key here. Did you mean \`late_tokens\`?
${home}/course.yml:3:9: weight has to be a number from 0.01 to 1000, and is “heavy”.

2 problems. A running RAI keeps the courses as they were until this is mended.
`,
    exitCode: 1,
  })
})

test('course show prints deadlines on the clocks of the course', async () => {
  const { stdout, exitCode } = await runRai(['course', 'show', example])
  expect(exitCode).toBe(0)
  expect(stdout).toContain('ece408-2026-fall: ECE 408: Applied Parallel Programming (America/Chicago)\n')
  expect(stdout).toMatch(/ due +2026-12-11 23:59 \(America\/Chicago\)\n/)
  expect(stdout).toMatch(/ per team +5 at once, one more every 4h\n/)
  expect(stdout).toMatch(
    / late +10m of grace, until 2026-12-14 23:59 \(America\/Chicago\), a late token a day, 10 % a day\n/,
  )
})

test('course show without a file prints the courses of the configuration', async () => {
  const home = await emptyHome()
  await writeFile(join(home, 'rai.yml'), `courses:\n  - ${example}\n`)
  expect((await runRai(['course', 'show', '--config', 'rai.yml'], { home })).stdout).toContain('ece408-2026-fall: ')
  await writeFile(join(home, 'rai.yml'), 'app:\n  full_name: One course\n')
  expect((await runRai(['course', 'show', '--config', 'rai.yml'], { home })).stdout).toContain('rai: One course (UTC)')
})
