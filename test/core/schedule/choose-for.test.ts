import { expect, it } from 'vitest'
import { chooseFor } from '../../../core/schedule/choose-for.ts'
import { pickGpus } from '../../../core/schedule/gpus.ts'
import type { Needs } from '../../../core/vocabulary.ts'

const small = { name: 'small', architecture: 'volta', memoryBytes: 16e9 }
const large = { name: 'large', architecture: 'volta', memoryBytes: 32e9 }
const host = { architecture: 'amd64', gpus: [small, large] }

function lane(account: string, needs: Needs, oldestQueuedAt: number) {
  const owner = { course: 'c', account, needs, oldestQueuedAt, oldestId: account }
  return { ...owner, priority: 'student' as const, waiting: 1 }
}

function next(lanes: readonly ReturnType<typeof lane>[], freeGpus = host.gpus) {
  return chooseFor({ lanes, served: [], freeGpus }, host)?.account
}

it('leaves out what the host cannot run', () => {
  expect(next([lane('many', { gpus: 3 }, 1), lane('arm', { architecture: 'arm64' }, 2), lane('ada', {}, 3)])).toBe(
    'ada',
  )
  expect(next([lane('many', { gpus: 3 }, 1)])).toBeUndefined()
})

it('lets no smaller request for GPUs overtake one whose turn it is', () => {
  const lanes = [lane('two', { gpus: 2 }, 1), lane('one', { gpus: 1 }, 2)]
  expect(next(lanes)).toBe('two')
  expect(next(lanes, [large])).toBeUndefined()
})

it('goes on with runs without GPUs while one waits for GPUs', () => {
  const lanes = [lane('two', { gpus: 2 }, 1), lane('one', { gpus: 1 }, 2), lane('none', {}, 3)]
  expect(next(lanes, [])).toBe('none')
})

it('gives the smallest GPU that is large enough', () => {
  expect(pickGpus({ gpus: 1 }, [large, small])).toEqual([small])
  expect(pickGpus({ gpus: 1, gpuMemory: 20e9 }, [small, large])).toEqual([large])
  expect(pickGpus({}, [])).toEqual([])
})
