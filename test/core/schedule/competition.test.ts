import { expect, it } from 'vitest'
import { competitionFor } from '../../../core/schedule/competition.ts'
import { weightsOf } from '../../../core/schedule/weights.ts'
import type { Needs } from '../../../core/vocabulary.ts'

function lane(account: string, needs: Needs) {
  const owner = { course: 'c', account, needs, oldestQueuedAt: 1, oldestId: account }
  return { ...owner, priority: 'student' as const, waiting: 1 }
}

const plain = lane('plain', {})
const gpu = lane('gpu', { gpus: 1 })
const pair = lane('pair', { gpus: 2 })
const arm = lane('arm', { architecture: 'arm64' })
const lanes = [plain, gpu, pair, arm]

const cpus = { host: 'a', slots: 8, capabilities: { architecture: 'amd64', gpus: [] } }
const gpus = { host: 'b', slots: 4, capabilities: { architecture: 'amd64', gpus: [{}, {}] } }

it('counts what the same machines could run, and how much of it fits at once', () => {
  expect(competitionFor(plain, lanes, [cpus, gpus])).toEqual({ lanes: [plain, gpu, pair], slots: 12 })
  expect(competitionFor(gpu, lanes, [cpus, gpus])).toEqual({ lanes: [plain, gpu, pair], slots: 2 })
  expect(competitionFor(pair, lanes, [cpus, gpus])).toEqual({ lanes: [plain, gpu, pair], slots: 1 })
  expect(competitionFor(plain, lanes, [cpus])).toEqual({ lanes: [plain], slots: 8 })
})

it('counts the GPUs of a host once, however many workers it has', () => {
  expect(competitionFor(gpu, lanes, [gpus, gpus]).slots).toBe(2)
})

it('counts everything where nobody lives that could run it', () => {
  expect(competitionFor(arm, lanes, [cpus])).toEqual({ lanes })
})

it('takes the weights of the courses that have one', () => {
  expect(weightsOf([{ name: 'a', weight: 3 }, { name: 'b' }])).toEqual(new Map([['a', 3]]))
})
