import { describe, expect, it } from 'vitest'
import { eligible } from '../../../core/schedule/eligible.ts'

const plain = { architecture: 'amd64', gpus: [] }
const v100 = { architecture: 'volta', memoryBytes: 16e9 }
const volta = { architecture: 'amd64', gpus: [v100, v100] }
const unknownGpu = { architecture: 'amd64', gpus: [{}] }
const mixed = { architecture: 'amd64', gpus: [v100, { architecture: 'pascal', memoryBytes: 12e9 }] }

describe('eligible', () => {
  it.each([
    [{}, plain, true],
    [{ architecture: 'amd64' }, plain, true],
    [{ architecture: 'arm64' }, plain, false],
    [{ gpus: 0 }, plain, true],
    [{ gpus: 1 }, plain, false],
    [{ gpus: 2 }, volta, true],
    [{ gpus: 3 }, volta, false],
    [{ gpus: 1, gpuArchitecture: 'Volta' }, volta, true],
    [{ gpus: 1, gpuArchitecture: 'pascal' }, volta, false],
    [{ gpuArchitecture: 'volta' }, plain, false],
    [{ gpus: 1, gpuMemory: 16e9 }, volta, true],
    [{ gpus: 1, gpuMemory: 17e9 }, volta, true],
    [{ gpus: 1, gpuMemory: 18e9 }, volta, false],
    [{ gpus: 2 }, mixed, true],
    [{ gpus: 2, gpuArchitecture: 'volta' }, mixed, false],
    [{ gpus: 1, gpuArchitecture: 'pascal', gpuMemory: 14e9 }, mixed, false],
    [{ gpuMemory: 1 }, plain, false],
    [{ gpus: 1 }, unknownGpu, true],
    [{ gpus: 1, gpuArchitecture: 'volta' }, unknownGpu, false],
    [{ gpus: 1, gpuMemory: 1 }, unknownGpu, false],
  ])('%j on %j: %s', (needs, capabilities, expected) => {
    expect(eligible(needs, capabilities)).toBe(expected)
  })
})
