import { keyOf, type Lane, type Served } from './lanes.ts'

/** Who runs and who ran, on a clock that ticks once a start. */
export interface ServedBook {
  served(): Iterable<Served>
  /** Lets the run that started first end, if every slot is taken. */
  makeRoom(): void
  start(lane: Lane): void
}

type Owner = Omit<Served, 'running' | 'lastStartedAt'>

/** @param slots how many run at once; as many as run now when absent, and at least 1. */
export function createServedBook(initial: readonly Served[], slots?: number): ServedBook {
  const people = new Map<string, Served>(initial.map((one) => [keyIn(one), one]))
  const running: Owner[] = [...initial].sort((a, b) => a.lastStartedAt - b.lastStartedAt).flatMap(repeat)
  const room = Math.max(1, slots ?? running.length)
  let clock = initial.reduce((latest, { lastStartedAt }) => Math.max(latest, lastStartedAt), 0)
  const change = (owner: Owner, by: number, at?: number): void => {
    const { running, lastStartedAt } = people.get(keyIn(owner)) ?? {
      running: 0,
      lastStartedAt: Number.NEGATIVE_INFINITY,
    }
    people.set(keyIn(owner), { ...owner, running: running + by, lastStartedAt: at ?? lastStartedAt })
  }
  return {
    served: () => people.values(),
    makeRoom: () => {
      const ended = running.length < room ? undefined : running.shift()
      if (ended !== undefined) change(ended, -1)
    },
    start: ({ course, team, account, priority }) => {
      clock += 1
      const owner = { course, team, account, priority }
      running.push(owner)
      change(owner, 1, clock)
    },
  }
}

function keyIn(owner: Owner): string {
  return `${owner.priority ?? ''} ${keyOf.person(owner)}`
}

function repeat({ course, team, account, priority, running }: Served): Owner[] {
  const owner = { course, team, account, ...(priority === undefined ? {} : { priority }) }
  return Array.from({ length: running }, () => owner)
}
