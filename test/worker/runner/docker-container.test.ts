import { describe, expect, it } from 'vitest'
import { type ContainerPlan, containerSpec } from '../../../worker/runner/docker-container.ts'
import { mebibyte, testLimits } from '../../contracts/runner-requests.ts'

const plan: ContainerPlan = {
  image: { id: 'sha256:1', environment: ['LD_PRELOAD=/x.so', 'PATH=/odd', 'ODD'], volumes: ['/data', '/tmp'] },
  limits: { ...testLimits, cpus: 0.5 },
  build: { kind: 'folder', path: '/scratch/build' },
  labels: { 'rai.host': 'here' },
  name: 'rai-1',
  uid: 10_000,
  gid: 10_001,
}

describe('containerSpec', () => {
  const { HostConfig: host, ...spec } = containerSpec(plan)

  it('takes away what can be taken away', () => {
    expect(spec.NetworkDisabled).toBe(true)
    expect(host).toMatchObject({
      CapDrop: ['ALL'],
      ReadonlyRootfs: true,
      Privileged: false,
      SecurityOpt: ['no-new-privileges:true'],
      IpcMode: 'private',
      CgroupnsMode: 'private',
      LogConfig: { Type: 'none' },
    })
    for (const shared of ['PidMode', 'UTSMode', 'UsernsMode', 'NetworkMode', 'Binds', 'Devices', 'CapAdd']) {
      expect(host).not.toHaveProperty(shared)
    }
  })

  it('adds to PID 1, where it is ours, what it needs to become a command and to end it, and nothing more', () => {
    const hosted = containerSpec({ ...plan, hosted: { init: '/scratch/init.1', source: '/scratch/src' } })
    expect(hosted.HostConfig).toMatchObject({ CapDrop: ['ALL'], CapAdd: ['KILL', 'SETGID', 'SETPCAP', 'SETUID'] })
    expect(hosted).toMatchObject({ Entrypoint: ['/.rai-init', '10000', '10001'], OpenStdin: true, StdinOnce: true })
    const mounts = hosted.HostConfig.Mounts?.map(({ Source, Target, ReadOnly }) => [Source, Target, ReadOnly])
    expect(mounts).toEqual([
      ['/scratch/src', '/src', true],
      ['/scratch/init.1', '/.rai-init', true],
      ['/scratch/build', '/build', undefined],
    ])
  })

  it('bounds every resource, and gives no swap', () => {
    expect(host.Memory).toBe(testLimits.memoryBytes)
    expect(host.MemorySwap).toBe(host.Memory)
    expect(host).toMatchObject({ NanoCpus: 500_000_000, PidsLimit: 48, ShmSize: 2 * mebibyte })
    expect(host.Ulimits).toContainEqual({ Name: 'core', Soft: 0, Hard: 0 })
    expect(host.Ulimits).toContainEqual({ Name: 'fsize', Soft: testLimits.fileBytes, Hard: testLimits.fileBytes })
    expect(host.Tmpfs?.['/tmp']).toContain(`size=${4 * mebibyte},`)
  })

  it('removes the whole environment of the image from PID 1', () => {
    expect(spec.Env).toEqual(['LD_PRELOAD', 'PATH', 'ODD'])
  })

  it('covers the volumes of the image, but not what is ours', () => {
    expect(Object.keys(host.Tmpfs ?? {})).toEqual(['/data', '/tmp'])
    expect(host.Tmpfs?.['/tmp']).toContain('exec')
  })

  it('asks for memory with a size where there is no disk for /build', () => {
    const memory = containerSpec({ ...plan, build: { kind: 'memory' } }).HostConfig.Mounts?.[1]
    expect(memory?.VolumeOptions?.DriverConfig.Options.o).toContain(`size=${testLimits.buildBytes},uid=10000,gid=10001`)
  })

  it('names another runtime only when asked', () => {
    expect(host).not.toHaveProperty('Runtime')
    expect(containerSpec({ ...plan, runtime: 'runsc' }).HostConfig.Runtime).toBe('runsc')
  })
})
