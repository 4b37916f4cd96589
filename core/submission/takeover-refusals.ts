import { Refusal } from '../errors.ts'

export function takingIsForStaff(): Refusal {
  return new Refusal(
    'taking-for-staff',
    'Only the course staff take threads over. Ask in the thread, and whoever helps you will take it.',
  )
}

export function alreadyTaken(name: string): Refusal {
  return new Refusal(
    'already-taken',
    `${name} looks after this thread already. Talk to them, or free it with \`/rai release\` and take it then.`,
    { name },
  )
}

export function notTaken(id: string): Refusal {
  return new Refusal('not-taken', `Nobody has taken ${id} over, so there is nothing to release.`)
}
