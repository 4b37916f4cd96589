import { compilerImage, testImage } from '../support/images.ts'
import type { Arsenal, HostileCase } from './case.ts'

/** Long enough for what is to end by itself, on a machine that does other things too. */
const timeLimit = '60s'

/** A build file that runs these shell lines, each as one command. */
export function linesFile(lines: readonly string[], { time = timeLimit, image = testImage } = {}): string {
  const commands = lines.map((line) => `    - ${JSON.stringify(line)}`).join('\n')
  return `rai:\n  version: 0.2\n  image: ${image}\nresources:\n  limits:\n    time: ${time}\ncommands:\n  build:\n${commands}\n`
}

type Attack = HostileCase['attack']

/** Submits a folder whose script is the attack. */
export function script(text: string, options: { readonly time?: string } = {}): Attack {
  return ({ folder }) => folder({ 'rai_build.yml': linesFile(['sh /src/attack.sh'], options), 'attack.sh': text })
}

/** The same, where the attack depends on what it is to reach. */
export function scriptOf(text: (secrets: Arsenal['secrets']) => string): Attack {
  return (arsenal) => script(text(arsenal.secrets))(arsenal)
}

/** Compiles one file of C and runs it as `attack`. */
export function program(source: string, options: { readonly time?: string } = {}): Attack {
  const lines = ['gcc -w -o /build/attack /src/attack.c', './attack']
  const file = linesFile(lines, { ...options, image: compilerImage })
  return ({ folder }) => folder({ 'rai_build.yml': file, 'attack.c': source })
}

/** What makes any archive a submission that runs. */
export const harmless = { name: 'rai_build.yml', content: linesFile(['echo it ran']) } as const
