import { describe, expect, it } from 'vitest'
import { memoryPath, parseMemory } from '../../../worker/runner/memory-cgroup.ts'

describe('memoryPath', () => {
  it('finds the memory controller of version 1', () => {
    expect(memoryPath('9:cpu,cpuacct:/x\n8:memory:/docker/abc\n0::/y\n')).toBe('/sys/fs/cgroup/memory/docker/abc')
  })

  it('finds the one hierarchy of version 2', () => {
    expect(memoryPath('0::/system.slice/docker-abc.scope\n')).toBe('/sys/fs/cgroup/system.slice/docker-abc.scope')
  })

  it('finds nothing in nothing', () => {
    expect(memoryPath('')).toBeUndefined()
  })
})

describe('parseMemory', () => {
  it('reads version 1', () => {
    expect(parseMemory('oom_kill_disable 0\nunder_oom 0\noom_kill 2\n\n1048576\n')).toEqual({
      kills: 2,
      peakBytes: 1_048_576,
    })
  })

  it('reads version 2', () => {
    const events = 'low 0\nhigh 0\nmax 4\noom 3\noom_kill 1\noom_group_kill 0\n'
    expect(parseMemory(`${events}\n2097152\n`)).toEqual({ kills: 1, peakBytes: 2_097_152 })
  })

  it('says nothing when the group is gone', () => {
    expect(parseMemory('\n\n')).toEqual({})
  })
})
