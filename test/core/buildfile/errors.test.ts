import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { defaultBuildFileLimits as limits } from '../../../core/buildfile/build-file.ts'
import { inspectBuildFile, parseBuildFile } from '../../../core/buildfile/parse.ts'
import { Refusal } from '../../../core/errors.ts'

const options = { fileName: 'rai_build.yml', limits }

function refusalOf(text: string): Refusal {
  try {
    parseBuildFile(text, options)
  } catch (error) {
    if (error instanceof Refusal) return error
    throw error
  }
  throw new Error('it was accepted')
}

describe('a bad build file', () => {
  it.each([
    ['', 'line 1, column 1: The file is empty'],
    ['# nothing\n', 'The file is empty'],
    ['- make\n', 'line 1, column 1: The file has to be a map with the keys rai, resources, commands, and is a list'],
    ['make', 'and is a single value'],
    ['rai: {}\n', 'The file has no commands to run'],
    ['commands: {build: []}', 'line 1, column 12: The file has no commands to run'],
    ['commands:\n  build: make\n', 'line 2, column 10: `commands.build` has to be a list of commands'],
    ['commands:\n  biuld: [a]\n', 'line 2, column 3: `biuld` is not a key of `commands`. Did you mean `build`?'],
    ['image: x\n', '`image` is not a key at the top of a build file. It belongs in `rai.image`.'],
    ['resources:\n  potatoes: 1\n', 'line 2, column 3: `potatoes` is not a key of `resources`. Known keys here: cpu'],
    ['rai:\n  image: a\n  image: b\n', 'line 3, column 3: The key `image` stands here a second time'],
    ['rai:\n  image: A b\n', 'line 2, column 10: `A b` is not the name of a Docker image'],
    ['rai: {version: 3}', '`rai.version` is `3`, and RAI reads 0.1 and 0.2'],
    ['resources: {cpu: {architecture: z80}}', '`z80` is not an architecture that RAI knows'],
    ['resources: {gpu: {count: -1}}', '`resources.gpu.count` is `-1`, and can be a whole number from 0 to 64'],
    ['resources: {gpu: 1}', '`resources.gpu` has to be a map with the keys architecture, count, memory'],
    ['resources: {gpu: {memory: 16}}', '16 bytes, which is too small to mean'],
    ['resources: {limits: {time: soon}}', '`soon`, which is not a time. Write it with a unit'],
    ['resources: {limits: {network: maybe}}', '`maybe`, and can be true or false'],
    ['resources: {dataresources: {a: b}}', 'has to be a list'],
    [
      'rai: {version: 0.2}\ncommands:\n  build:\n    - make "\n   - ./a\n',
      'rai_build.yml, line 5, column 1: The indentation does not fit the lines before it.',
    ],
    ['resources: {dataresources: [{mount: data}]}', 'needs a `mount` that is an absolute path'],
    ['resources: {dataresources: [{mount: /data/../etc, source: {url: "http://a"}}]}', 'absolute path'],
    ['commands: {build_image: {dockerfile: ../Dockerfile}}', 'a path inside your project'],
    [
      'commands:\n  build:\n    - echo: done\n',
      'line 3, column 7: A command has to be text, and `echo: done` is a map',
    ],
    ["commands:\n  build:\n    - echo 'a\n", 'line 3, column 12: The single quote that opens here is never closed'],
    ['commands:\n  build:\n    - |\n      make\n      echo "a\n', 'line 5, column 12: The double quote'],
    ['commands:\n  build:\n    - "echo \'a"\n', 'line 3, column 13: The single quote'],
    ['commands:\n\tbuild: []\n', 'line 2, column 1: A tab is used for indentation'],
    ['commands: {build: [*a]}', 'An alias (*name) is used that no anchor'],
    ['a: 1\n---\nb: 2\n', 'line 2, column 1: The file holds more than one YAML document'],
    ['commands: {build: [make', 'line 1, column 24: A bracket that opens before this place is never closed'],
    ['commands: "a" b', 'This is not valid YAML'],
    ['rai: \u0000', 'line 1, column 6: The file holds bytes that are not text'],
    ['rai: &r {rai: *r}', '`rai` is not a key of `rai`'],
  ])('%j is refused with its place and a way out', (text, sentence) => {
    const refusal = refusalOf(text)
    expect(refusal.code).toBe('bad-build-file')
    expect(refusal.message).toContain(sentence)
    expect(refusal.message).toMatch(/^rai_build\.yml/)
  })

  it('lists the first five problems in the order of the file, and counts the rest', () => {
    const refusal = refusalOf(Array.from({ length: 8 }, (_, index) => `key${index}: 1`).join('\n'))
    expect(refusal.message.split('\n')).toHaveLength(7)
    expect(refusal.message).toMatch(/^rai_build.yml has 8 problems:\n- line 1, .*\n- line 2, /)
    expect(refusal.message).toMatch(/- and 3 more\.$/)
    expect(refusal.context).toMatchObject({ fileName: 'rai_build.yml', problems: 8, line: 1, column: 1 })
  })

  it('is quoted without control characters, back-ticks or great length', () => {
    const text = `"\\u202e\`${'x'.repeat(300)}": 1`
    const [problem] = inspectBuildFile(text, { limits }).errors
    expect(problem?.text.length).toBeLessThanOrEqual(60)
    expect(problem?.text).not.toMatch(/`|\u202e/)
  })
})

describe('a hostile build file', () => {
  it.each([
    ['a megabyte', 'a'.repeat(1_000_000), /has 1000000 bytes, and a build file may have 65536/],
    ['deep lists', '- '.repeat(30_000), /nested too deeply/],
    ['deep brackets', '['.repeat(60_000), /nested too deeply/],
    ['deep braces', 'a: {'.repeat(15_000), /nested too deeply/],
    ['deep keys', 'a: '.repeat(20_000), /nested too deeply/],
    ['deep question marks', '? '.repeat(30_000), /nested too deeply/],
    ['deep indentation', Array.from({ length: 300 }, (_, n) => `${' '.repeat(n)}a:`).join('\n'), /nested too deeply/],
    ['many aliases', `rai: &a {}\ncommands: {build: [${'*a,'.repeat(20_000)}]}`, /aliases \(\*name\), and 100 are/],
    ['many commands', `commands:\n  build:\n${'    - a\n'.repeat(5000)}`, /5000 commands, and 200 are allowed/],
    [
      'a command repeated by aliases',
      `commands:\n  build:\n    - &a ${'x'.repeat(30_000)}\n${'    - *a\n'.repeat(50)}`,
      /The commands have 1530000 bytes, and 65536/,
    ],
  ])('with %s is refused quickly', (_name, text, sentence) => {
    const before = performance.now()
    expect(refusalOf(text).message).toMatch(sentence)
    expect(performance.now() - before).toBeLessThan(5000)
  })

  it('never makes the parser throw anything but a refusal', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 300 }), isRefusedOrRead), { numRuns: 300 })
  })

  it('never does so either when it looks like a build file', () => {
    const piece = fc.constantFrom(
      ...[
        'rai',
        'image',
        'resources',
        'limits',
        'time',
        'network',
        'commands',
        'build',
        'gpu',
        'dataresources',
        'push',
      ],
      ...[': ', ':\n', '\n  ', '\n    ', '- ', '? ', '[', ']', '{', '}', ', ', '&a ', '*a', '!!str ', '"', "'", '|\n'],
      ...['#', '<<: *a', '---\n', '%YAML 1.1\n', '\t', '~', '0.2', '\\', '`', '@', '$x', 'build_image', 'credentials'],
    )
    const text = fc.array(piece, { maxLength: 40 }).map((pieces) => pieces.join(''))
    fc.assert(fc.property(text, isRefusedOrRead), { numRuns: 2000 })
  })
})

function isRefusedOrRead(text: string): void {
  try {
    parseBuildFile(text, options)
  } catch (error) {
    expect(error).toBeInstanceOf(Refusal)
  }
}

describe('a build file that was decoded as UTF-8', () => {
  const text = 'commands: {build: ["echo ü"]}'

  it('may begin with a byte order mark', () => {
    expect(parseBuildFile(`\ufeff${text}`, options).buildFile.commands[0]?.text).toBe('echo ü')
  })

  it('is refused with the place when it was Latin-1', () => {
    const decoded = Buffer.from('rai:\n  image: "\xfc"', 'latin1').toString('utf8')
    expect(refusalOf(decoded).message).toMatch(/line 2, column 11: The file holds bytes that are not text.*UTF-8/)
  })

  it('is refused when it was UTF-16', () => {
    const decoded = Buffer.from(`\ufeff${text}`, 'utf16le').toString('utf8')
    expect(refusalOf(decoded).message).toMatch(/line 1, column 1: The file holds bytes that are not text/)
  })
})
