import type { Command } from 'commander'
import type { CommandIo } from './io.ts'

export type AddCommand = (program: Command, io: CommandIo) => void

/** Every command, and the module that has it. Modules are loaded when they are needed: most bring an SDK along. */
const commandModules: Readonly<Record<string, () => Promise<AddCommand>>> = {
  up: async () => (await import('./up.ts')).addUpCommand,
  bot: async () => (await import('./bot.ts')).addBotCommand,
  worker: async () => (await import('./worker.ts')).addWorkerCommand,
  submit: async () => (await import('./submit.ts')).addSubmitCommand,
  limits: async () => (await import('./limits.ts')).addLimitsCommand,
  check: async () => (await import('./check.ts')).addCheckCommand,
  keygen: async () => (await import('./keygen.ts')).addKeygenCommand,
  queue: async () => (await import('./queue.ts')).addQueueCommands,
  'pause|resume': async () => (await import('./pause.ts')).addPauseCommands,
  sweep: async () => (await import('./sweep.ts')).addSweepCommand,
  'backup|restore': async () => (await import('./backup.ts')).addBackupCommands,
  image: async () => (await import('./image.ts')).addImageCommands,
  gpu: async () => (await import('./gpu.ts')).addGpuCommands,
  course: async () => (await import('./course.ts')).addCourseCommands,
  export: async () => (await import('./export.ts')).addExportCommand,
  config: async () => (await import('./config.ts')).addConfigCommands,
  crypto: async () => (await import('./crypto.ts')).addCryptoCommands,
  doctor: async () => (await import('./doctor.ts')).addDoctorCommand,
  demo: async () => (await import('./demo.ts')).addDemoCommand,
  version: async () => (await import('./version.ts')).addVersionCommand,
}

/** Only the command that is asked for; all of them where that cannot be told, for the help and for suggestions. */
export async function addCommands(program: Command, io: CommandIo, words: readonly string[]): Promise<void> {
  const asked = commandWord(words)
  const one = Object.entries(commandModules).filter(([names]) => names.split('|').some((name) => name === asked))
  const chosen = one.length > 0 ? one : Object.entries(commandModules)
  const adders = await Promise.all(chosen.map(([, load]) => load()))
  for (const add of adders) add(program, io)
}

const withValue = new Set(['-s', '--secret', '--config'])

/** The first word that is neither an option of `rai` itself nor the value of one. */
function commandWord(words: readonly string[]): string | undefined {
  return words.find((word, index) => !word.startsWith('-') && !withValue.has(words[index - 1] ?? ''))
}
