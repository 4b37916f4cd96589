import { Refusal } from '../errors.ts'

export function onlyForStaff(role: string): Refusal {
  return new Refusal('only-for-staff', `Your role here is ${role}, and this is for the course staff.`, { role })
}

export function onlyForInstructors(role: string): Refusal {
  return new Refusal(
    'only-for-instructors',
    `Your role here is ${role}, and this is for the instructors of the course: it cannot be taken back, or shows everybody's work at once.`,
    { role },
  )
}

export function nothingToRunAgain(assignment: string): Refusal {
  return new Refusal(
    'nothing-to-run-again',
    `Nobody has a run for ${assignment} that counts and succeeded, so there is nothing to run again.`,
    { assignment },
  )
}

export function batchTooLarge(wanted: number, most: number): Refusal {
  return new Refusal(
    'batch-too-large',
    `That would be ${wanted} runs, and ${most} is the most of one batch. Ask for fewer repetitions.`,
    { wanted, most },
  )
}

export function noSuchBatch(id: string): Refusal {
  return new Refusal(
    'no-such-batch',
    `This course has no batch ${id.replaceAll(/[^\w-]/g, '').slice(0, 24)}. \`/rai staff batch\` lists them.`,
  )
}
