import type { Assignment, Standing } from '../../core/course/assignment.ts'
import type { NewSubmission } from '../../core/records/intake.ts'
import type { Result } from '../../core/records/json.ts'
import { place, succeeded, type World } from './world.ts'

/** An assignment whose board is open. */
export const final: Assignment = {
  ...{ name: 'final', title: 'Final project', quotas: [], requiredFiles: [], limits: {} },
  dueAt: Date.UTC(2100, 0, 1),
  ranking: { metric: 'time', order: 'ascending', of: 'best', pseudonyms: true },
}

let events = 0

/** Somebody's run for `final` that ended well after that many milliseconds. */
export async function measured(
  world: World,
  who: keyof World['people'],
  takenMs: number,
  { counts = true, ...changes }: Partial<NewSubmission> & Partial<Standing> = {},
  result: Partial<Result> = {},
): Promise<string> {
  events += 1
  const { submission } = await world.records.intake.receive(
    {
      ...{ eventKey: `measured:${events}`, account: world.people[who].id, course: 'demo', assignment: 'final' },
      ...{ queue: 'rai_amd64', place, priority: 'student', submittedAt: events, sourcePlace: 'any' },
      source: { kind: 'git', url: 'https://git.example/p.git' },
      ...changes,
    },
    () => ({ counts }),
  )
  await world.stage()
  await (await world.claim()).finish('succeeded', {
    ...succeeded,
    measured: { timesMs: [takenMs], takenMs },
    ...result,
  })
  return submission.id
}
