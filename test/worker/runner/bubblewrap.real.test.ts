import { chmodSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createBubblewrapRunner } from '../../../worker/runner/bubblewrap.ts'
import type { Runner } from '../../../worker/runner/runner.ts'
import { runnerContract } from '../../contracts/runner.ts'

describe('the bubblewrap runner', () => {
  let runner: Runner
  let scratch: string
  beforeAll(() => {
    scratch = mkdtempSync(join(tmpdir(), 'rai-bubblewrap-'))
    chmodSync(scratch, 0o711)
    runner = createBubblewrapRunner({ scratch })
  })
  afterAll(async () => {
    await runner.sweep(() => false)
    rmSync(scratch, { recursive: true, force: true })
  })

  runnerContract(() => ({ runner, image: 'any' }))

  it('leaves no folder behind', () => {
    expect(readdirSync(scratch)).toEqual([])
  })
})
