import { nearest } from '../../core/config/nearest.ts'
import { Refusal } from '../../core/errors.ts'
import { plainLine } from '../render/clean.ts'

const quoted = (text: string) => `“${plainLine(text, 40)}”`

export function unknownCommand(word: string, known: readonly string[]): Refusal {
  const near = nearest(word, known, (found) => ` Did you mean \`/rai ${found}\`?`)
  return new Refusal('unknown-command', `There is no command ${quoted(word)}.${near} \`/rai help\` lists them all.`)
}

export function unknownOption(option: string, command: string, known: readonly string[]): Refusal {
  const near = nearest(option, known, (found) => ` Did you mean \`--${found}\`?`)
  return new Refusal(
    'unknown-option',
    `\`/rai ${command}\` has no option ${quoted(`--${option}`)}.${near} \`/rai help ${command}\` shows what it takes.`,
  )
}

export function optionWithoutValue(option: string, command: string): Refusal {
  return new Refusal(
    'option-without-value',
    `\`--${option}\` needs a value behind it. \`/rai help ${command}\` shows what it takes.`,
  )
}

export function tooManyWords(word: string, command: string, usage: string): Refusal {
  return new Refusal(
    'too-many-words',
    `I do not know what to do with ${quoted(word)}: it is \`/rai ${command}${usage === '' ? '' : ` ${usage}`}\`. Put quotes around what has spaces in it.`,
  )
}

export function nothingToSubmit(): Refusal {
  return new Refusal(
    'nothing-to-submit',
    'Say what to submit: `/rai submit https://github.com/you/project`, or attach a .zip or .tar.gz to a message that mentions me.',
  )
}

export function twoSources(): Refusal {
  return new Refusal(
    'two-sources',
    'You named a repository and attached a file. Send one of them, so that it is clear which one counts.',
  )
}

export function severalAttachments(found: number): Refusal {
  return new Refusal('several-attachments', `There are ${found} files, and one submission is one archive. Send one.`, {
    found,
  })
}

export function badAssignment(text: string): Refusal {
  return new Refusal(
    'bad-assignment',
    `${quoted(text)} cannot be the name of an assignment: letters, digits, “.”, “_” and “-”, at most 60 of them.`,
  )
}

export function badQueue(text: string): Refusal {
  return new Refusal('bad-queue', `${quoted(text)} cannot be a queue's name: letters, digits, “_” and “-”.`)
}

export function unknownCourse(text: string, known: readonly string[]): Refusal {
  const near = nearest(text, known, (found) => ` Did you mean \`${found}\`?`)
  return new Refusal('unknown-course', `There is no course ${quoted(text)} here.${near}`)
}

/** A question rather than a guess. */
export function whichCourse(mine: readonly string[], several: boolean): Refusal {
  const why = several ? 'This channel belongs to several courses.' : 'This channel belongs to no course.'
  const way =
    mine.length === 0
      ? 'You are enrolled in none either: ask the course staff, or write in your course’s channel.'
      : `Say which one you mean: ${mine.map((course) => `\`--course ${course}\``).join(' or ')}.`
  return new Refusal('which-course', `${why} ${way}`)
}

export function nothingYet(what: string): Refusal {
  return new Refusal('nothing-yet', `You have nothing ${what} yet. Start with \`/rai submit\`.`)
}

export function notFinished(id: string): Refusal {
  return new Refusal('not-finished', `${id} has not ended yet, so it has left nothing to download.`)
}

export function nothingKept(id: string): Refusal {
  return new Refusal('nothing-kept', `${id} left nothing to download: it never ran, or what it left has expired.`)
}

export function nothingToCompare(id: string): Refusal {
  return new Refusal(
    'nothing-to-compare',
    `There is no earlier run to compare ${id.slice(0, 8)} with. Name two: \`/rai compare <id> <other>\`.`,
  )
}

export function whichThread(command: string): Refusal {
  return new Refusal(
    'which-thread',
    `Say which one: \`/rai ${plainLine(command, 20)} ID\`. A thread’s last message shows its id.`,
  )
}

export function retryIsForStaff(): Refusal {
  return new Refusal(
    'retry-for-staff',
    'Only the course staff run something again in its owner’s name. `/rai rerun` runs your own once more.',
  )
}

export function noRanking(name: string | undefined, ranked: readonly string[]): Refusal {
  const list = ranked.map((one) => `\`${one}\``).join(', ')
  const which = name === undefined ? 'Say which assignment' : `There is no board for ${quoted(name)}`
  return new Refusal(
    'no-ranking',
    ranked.length === 0 ? 'No assignment of this course has a board.' : `${which}. These have one: ${list}.`,
  )
}

export function noSuchRankingView(word: string): Refusal {
  return new Refusal(
    'no-such-ranking-view',
    `I do not know what to do with ${quoted(word)}: it is \`/rai ranking [assignment] [mine]\`.`,
  )
}
