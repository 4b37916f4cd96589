import { type CardField, plainCard } from '../card.ts'
import { fieldsCard, privately } from './answers.ts'
import type { Command } from './command.ts'
import { unknownCommand } from './refusals.ts'

/** @param commands all others; help describes itself as well. */
export function createHelp(commands: readonly Command[]): Command {
  const help: Command = {
    name: 'help',
    usage: '[command]',
    summary: 'This list, or all about one command',
    options: {},
    mostWords: 1,
    async run({ words: [name] }) {
      const all = [...commands, help]
      if (name === undefined) return privately(fieldsCard('What RAI can do', all.map(toField)))
      const wanted = name.toLowerCase()
      const command = all.find((candidate) => candidate.name === wanted)
      if (command === undefined) {
        throw unknownCommand(
          name,
          all.map((one) => one.name),
        )
      }
      return privately(describe(command))
    },
  }
  return help
}

function toField(command: Command): CardField {
  return { label: usageOf(command), value: command.summary }
}

function usageOf({ name, usage }: Command): string {
  return `/rai ${name}${usage === '' ? '' : ` ${usage}`}`
}

function describe(command: Command) {
  const options = { ...command.options, course: 'which course, where the channel does not say' }
  const fields = Object.entries(options).map(([name, what]) => ({ label: `--${name} …`, value: what }))
  return { ...plainCard(usageOf(command), [`${command.summary}.`]), fields }
}
