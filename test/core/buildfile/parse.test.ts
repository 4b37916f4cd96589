import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { defaultBuildFileLimits as limits } from '../../../core/buildfile/build-file.ts'
import { buildFileNames } from '../../../core/buildfile/names.ts'
import { needsOf } from '../../../core/buildfile/needs.ts'
import { inspectBuildFile, parseBuildFile } from '../../../core/buildfile/parse.ts'

const options = { fileName: 'rai_build.yml', limits }
const everything = { ...limits, network: true, dataSources: true, buildImage: true }
const run = 'commands: {build: [make]}\n'

function example(name: string): string {
  return readFileSync(new URL(`../../../examples/buildfiles/${name}`, import.meta.url), 'utf8')
}

function warningsOf(text: string, allowed = limits): string[] {
  return parseBuildFile(text, { ...options, limits: allowed }).warnings.map(
    ({ line, column, problem, hint }) => `${line}:${column} ${problem} ${hint ?? ''}`,
  )
}

describe('the examples', () => {
  it('reads the minimal one without a warning', () => {
    expect(parseBuildFile(example('minimal.yml'), options)).toEqual({
      buildFile: {
        version: '0.2',
        resources: { network: false, dataSources: [] },
        commands: [
          { text: 'make', argv: ['make'] },
          { text: './app', argv: ['./app'] },
        ],
      },
      warnings: [],
    })
  })

  it('reads every key of schema 0.2', () => {
    const { buildFile, warnings } = parseBuildFile(example('full-0.2.yml'), { ...options, limits: everything })
    expect(warnings).toEqual([])
    expect(buildFile).toMatchObject({
      version: '0.2',
      image: 'nvidia/cuda:12.4.1-devel-ubuntu22.04',
      resources: {
        architecture: 'amd64',
        gpu: { architecture: 'volta', count: 1, memoryBytes: 16 * 1024 ** 3 },
        network: false,
        timeMs: 1_800_000,
        dataBytes: 512 * 1024 ** 2,
        dataSources: [{ mount: '/data/mnist', url: 'https://example.org/mnist.tar.gz', extract: true, cache: true }],
      },
      buildImage: {
        imageName: 'student/project',
        dockerfile: 'docker/Dockerfile',
        noCache: true,
        push: { imageName: 'student/project:final', registry: 'registry.example.org', hasCredentials: false },
      },
    })
    expect(buildFile.commands.map(({ argv }) => argv.slice(0, 2))).toEqual([
      ['/bin/bash', '-c'],
      ['/bin/sh', '-c'],
      ['/bin/sh', '-e'],
    ])
    expect(needsOf(buildFile.resources)).toEqual({
      architecture: 'amd64',
      gpus: 1,
      gpuArchitecture: 'volta',
      gpuMemory: 16 * 1024 ** 3,
    })
  })

  it('reads the style of 2016, and says for each odd key where it belongs', () => {
    const { buildFile } = parseBuildFile(example('rai-build-2016.yml'), options)
    expect(buildFile).toMatchObject({ version: '0.1', image: 'webgpu/rai:root', resources: { gpu: { count: 1 } } })
    expect(warningsOf(example('rai-build-2016.yml'))).toEqual([
      '2:12 Version 0.1 is read as 0.2. Write `version: 0.2`.',
      expect.stringMatching(/^5:3 `resources.gpus` .* `resources.gpu.count`/),
      expect.stringMatching(/^6:3 `resources.network` .* `resources.limits.network`/),
      expect.stringMatching(/^7:3 `resources.cache` .* `resources.dataresources\[\].cache`/),
    ])
  })
})

describe('what a file asks for', () => {
  it.each(['0.2', '"0.2"', "'0.2'", 'v0.2'])('accepts version %s', (version) => {
    expect(parseBuildFile(`rai: {version: ${version}}\n${run}`, options).buildFile.version).toBe('0.2')
  })

  it.each([
    ['false', false],
    ['no', false],
    ['true', true],
    ['yes', true],
    ['On', true],
  ])('reads network: %s as the original did', (text, network) => {
    const text2 = `resources: {limits: {network: ${text}}}\n${run}`
    expect(parseBuildFile(text2, { ...options, limits: everything }).buildFile.resources.network).toBe(network)
  })

  it.each([
    ['90s', 90_000],
    ['1h30m', 5_400_000],
    ['1.5h', 5_400_000],
    ['10 minutes', 600_000],
    ['600', 600_000],
    ['600000000000', 600_000],
    ['0', undefined],
  ])('reads time: %s', (text, ms) => {
    const { buildFile } = parseBuildFile(`resources: {limits: {time: ${text}}}\n${run}`, {
      ...options,
      limits: { ...limits, timeMs: 86_400_000 },
    })
    expect(buildFile.resources.timeMs).toBe(ms)
  })

  it('gives no more time, disk or network than is allowed, and warns', () => {
    const text = `resources:\n  limits:\n    network: true\n    time: 2h\n    datasize: 9tb\n${run}`
    const { resources } = parseBuildFile(text, options).buildFile
    expect(resources).toMatchObject({ network: false, timeMs: limits.timeMs, dataBytes: limits.dataBytes })
    expect(warningsOf(text)).toEqual([
      expect.stringMatching(/^3:14 .*without network/),
      expect.stringMatching(/^4:11 .*`2h`.*3600 seconds/),
      expect.stringMatching(/^5:15 .*`9tb`/),
    ])
  })

  it('asks for no GPU when there is a gpu section with count 0, and for one when the count is missing', () => {
    const gpu = (inside: string) =>
      parseBuildFile(`resources: {gpu: ${inside}}\n${run}`, options).buildFile.resources.gpu
    expect(gpu('{count: 0}')).toBeUndefined()
    expect(gpu('')).toBeUndefined()
    expect(gpu('{architecture: Volta}')).toEqual({ count: 1, architecture: 'volta' })
  })

  it('needs no command when it builds an image', () => {
    const text = 'commands: {build_image: {image_name: me/project}}'
    expect(parseBuildFile(text, { ...options, limits: everything }).buildFile.commands).toEqual([])
  })

  it('skips an empty command with a warning, as the original did', () => {
    const { buildFile, warnings } = parseBuildFile('commands:\n  build:\n    - make\n    -\n    - "# no"\n', options)
    expect(buildFile.commands).toHaveLength(1)
    expect(warnings.map(({ line }) => line)).toEqual([4, 5])
  })

  it('takes words that YAML has other ideas about as commands', () => {
    const { buildFile } = parseBuildFile('commands: {build: [true, "false", 42]}', options)
    expect(buildFile.commands.map(({ argv }) => argv[0])).toEqual(['true', 'false', '42'])
  })

  it('follows anchors and aliases, and Windows line ends', () => {
    const { buildFile } = parseBuildFile('commands:\r\n  build:\r\n    - &m make all\r\n    - *m\r\n', options)
    expect(buildFile.commands.map(({ text }) => text)).toEqual(['make all', 'make all'])
  })

  it('never keeps or quotes a password', () => {
    const text = `commands:\n  build: [make]\n  build_image:\n    push:\n      push: true\n      credentials: {username: ann, password: hunter2}\n`
    const inspected = inspectBuildFile(text, { limits: everything })
    expect(JSON.stringify(inspected)).not.toMatch(/hunter2|ann/)
    expect(inspected.warnings).toMatchObject([{ line: 6, column: 7, problem: expect.stringMatching(/password/) }])
    for (const bad of ['credentials: hunter2', 'password: @hunter2', 'credentials: {password: {a: hunter2}}']) {
      const broken = inspectBuildFile(`commands:\n  build_image:\n    push:\n      push: true\n      ${bad}`, {
        limits,
      })
      expect(JSON.stringify(broken)).not.toMatch(/hunter2/)
    }
  })
})

describe('the names of a build file', () => {
  it('begin with the configured one', () => {
    const names = ['rai_build.yml', 'rai_build.yaml', 'rai-build.yml', 'rai-build.yaml']
    expect(buildFileNames()).toEqual(names)
    expect(buildFileNames('rai_build.yml')).toEqual(names)
    expect(buildFileNames('project.yaml')).toEqual(['project.yaml', 'project.yml'])
  })
})
