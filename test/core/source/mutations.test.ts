import { expect, it } from 'vitest'
import { checkMutations } from './mutations.ts'

it('500 damaged archives give refusals or sane tars, and leave nothing behind', { timeout: 120_000 }, async () => {
  await expect(checkMutations(500)).resolves.toBeUndefined()
})
