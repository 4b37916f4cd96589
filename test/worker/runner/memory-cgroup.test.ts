import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { findContainerCgroup, memoryPath, parseMemory, readMemoryCgroup } from '../../../worker/runner/memory-cgroup.ts'

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

describe('a hierarchy of version 2, by its recorded files', () => {
  const id = '5164c53d952b3697ef5263deeb29bbedee518e64d7ffbf00d5513a9c1f9637cc'
  const events = 'low 0\nhigh 0\nmax 37\noom 2\noom_kill 2\noom_group_kill 0\n'

  it.each([
    ['the systemd driver', `system.slice/docker-${id}.scope`],
    ['the cgroupfs driver', `docker/${id}`],
  ])('is found and read where %s puts a container', async (_driver, path) => {
    const root = await mkdtemp(join(tmpdir(), 'rai-cgroup-'))
    onTestFinished(() => rm(root, { recursive: true }))
    const folder = join(root, path)
    await mkdir(folder, { recursive: true })
    await writeFile(join(folder, 'memory.events'), events)
    await writeFile(join(folder, 'memory.peak'), '33554432\n')
    expect(await findContainerCgroup(id, root)).toBe(folder)
    expect(await readMemoryCgroup(folder)).toEqual({ kills: 2, peakBytes: 33_554_432 })
    // Linux before 5.19 has no peak there.
    await rm(join(folder, 'memory.peak'))
    expect(await readMemoryCgroup(folder)).toEqual({ kills: 2 })
    expect(await findContainerCgroup(id.replace('5', '6'), root)).toBeUndefined()
  })
})
