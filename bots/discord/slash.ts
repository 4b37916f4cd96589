import { splitWords } from '../commands/words.ts'

/** The one slash command, and what its sub-commands take besides words. */
export const slashCommand = 'rai'

const named = ['ref', 'assignment', 'queue', 'course', 'state', 'verdict']
const positional = ['do', 'action', 'team', 'person', 'code', 'repo', 'id', 'other', 'view', 'command']

/** A sub-command as the line that somebody would type elsewhere. `read` answers the text of an option. */
export function wordsOf(command: string, read: (option: string) => string | null): string[] {
  const options = named.flatMap((name) => {
    const value = read(name)?.trim()
    return value === undefined || value === '' ? [] : [`--${name}=${value}`]
  })
  const rest = [...positional.flatMap((name) => read(name)?.trim() || []), ...splitWords(read('with') ?? '')]
  return [command, ...options, ...(rest.length === 0 ? [] : ['--', ...rest])]
}
