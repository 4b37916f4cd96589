import { type Instruction, readInstructions } from './dockerfile-lines.ts'
import { expandVariables } from './dockerfile-variables.ts'
import { badDockerfile } from './refusals.ts'

export interface DockerfileOptions {
  /** What the sentences call it. */
  readonly file: string
  /** Whether the build has the network: `ADD` from an address is fetched by the engine itself. */
  readonly network: boolean
  /** Gives the name in full of an image that may be used, or throws a `Refusal`. */
  readonly check: (image: string) => string
}

/**
 * Reads which images a Dockerfile wants, before an engine sees it, and refuses what could bring in another one. It
 * knows less than an engine does, on purpose: what the two might read differently is refused.
 *
 * @returns the images it is built from, in full, each once.
 * @throws Refusal `bad-dockerfile`, or what `check` throws
 */
export function readDockerfile(text: string, options: DockerfileOptions): readonly string[] {
  const reading: Reading = { options, images: new Set(), stages: new Set(), variables: new Map(), count: 0 }
  for (const instruction of readInstructions(text, options.file)) readOne(reading, instruction)
  if (reading.count === 0) throw badDockerfile(options.file, 1, 'there is no FROM, so there is nothing to build on.')
  return [...reading.images]
}

interface Reading {
  readonly options: DockerfileOptions
  readonly images: Set<string>
  /** Names of stages so far, in lower case. */
  readonly stages: Set<string>
  /** `ARG` before the first `FROM`; no others count there. */
  readonly variables: Map<string, string>
  /** Stages so far. */
  count: number
}

function readOne(reading: Reading, instruction: Instruction): void {
  switch (instruction.keyword) {
    case 'ARG':
      if (reading.count === 0) readArguments(reading, instruction)
      return
    case 'FROM':
      readFrom(reading, instruction)
      return
    case 'COPY':
    case 'ADD':
      readCopy(reading, instruction)
      return
    case 'RUN':
      readRun(reading, instruction)
      return
    // What it holds is run where this image is built upon, which a later stage may do.
    case 'ONBUILD':
      refuse(reading, instruction, 'ONBUILD is not used here. Write the instruction itself.')
  }
}

function readArguments({ options, variables }: Reading, { words, line }: Instruction): void {
  for (const word of words) {
    const [, name, value] = /^([A-Za-z_]\w*)=(.*)$/s.exec(word) ?? []
    if (name === undefined || value === undefined) continue
    const plain = value.replace(/^(["'])(.*)\1$/s, '$2')
    const expanded = expandVariables(plain, variables)
    if (expanded === undefined || /["'\\]/.test(expanded)) {
      throw badDockerfile(options.file, line, `the value of ${name} has to be plain text, or name earlier ARGs.`)
    }
    variables.set(name, expanded)
  }
}

function readFrom(reading: Reading, instruction: Instruction): void {
  const { variables, stages } = reading
  const [written = '', as, stage, ...more] = instruction.words
  if ((as !== undefined && as.toUpperCase() !== 'AS') || (as !== undefined && stage === undefined) || more.length > 0)
    refuse(reading, instruction, 'FROM takes one image, and may give it a name with AS.')
  const image = expandVariables(written, variables)
  if (image === undefined || image === '') {
    const problem =
      'the image of FROM hangs on a variable that has no value here. Give it one with ARG before the first FROM, such as ARG BASE=gcc:13.'
    refuse(reading, instruction, problem)
  }
  useImage(reading, image)
  reading.count += 1
  if (stage !== undefined) stages.add(stage.toLowerCase())
}

/** `scratch` is no image; a stage was checked where it began. */
function useImage({ options, images, stages }: Reading, image: string): void {
  if (image === 'scratch' || stages.has(image.toLowerCase())) return
  images.add(options.check(image))
}

function readCopy(reading: Reading, instruction: Instruction): void {
  const { keyword, flags, words } = instruction
  for (const flag of flags) {
    const from = /^--from=(.*)$/is.exec(flag)?.[1]
    if (from === undefined) continue
    if (from.includes('$')) refuse(reading, instruction, '--from cannot hang on a variable.')
    const isIndex = /^\d+$/.test(from) && Number(from) < reading.count
    if (!isIndex) useImage(reading, from)
  }
  if (keyword !== 'ADD' || reading.options.network) return
  if (words.some((word) => /[$\\]|:\/\/|^git@|:\/|\.git\b/i.test(word)))
    refuse(reading, instruction, 'ADD takes only files of your project here, and no variables. Use COPY.')
}

function readRun(reading: Reading, instruction: Instruction): void {
  const [refused] = instruction.flags
  if (refused !== undefined) refuse(reading, instruction, `RUN takes no ${refused.split('=', 1)[0]} here.`)
}

function refuse({ options }: Reading, { line }: Instruction, problem: string): never {
  throw badDockerfile(options.file, line, problem)
}
