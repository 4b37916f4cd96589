import { Refusal } from '../errors.ts'
import type { Submission } from '../records/submission.ts'

export function unknownLetter(id: string): Refusal {
  return new Refusal('unknown-dead-letter', `Nothing dead has the id ${id}. \`rai queue dead\` lists what has died.`, {
    id,
  })
}

export function ambiguousLetter(id: string): Refusal {
  return new Refusal('ambiguous-id', `More than one id begins with ${id}. Give more of it.`, { id })
}

export function notDead({ id, state, verdict }: Submission): Refusal {
  const found = verdict ?? state
  const sentence = `${id} is not dead but ${found}. Only what failed through RAI's fault is retried; students rerun the rest.`
  return new Refusal('not-dead', sentence, { id, found })
}
