import { expect, it } from 'vitest'
import { checkMutations } from './mutations.ts'

it('10,000 damaged archives give refusals or sane tars', { timeout: 1_200_000 }, async () => {
  await expect(checkMutations(10_000)).resolves.toBeUndefined()
})
