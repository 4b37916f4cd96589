import { afterAll, describe, expect, it } from 'vitest'
import { perform } from './perform.ts'
import { describePlan, planOf } from './plan.ts'
import { openTheatre, type Theatre } from './theatre.ts'

/** Schedules that run at the same time, each in a deployment of its own. */
const theatres = 3

/** `7`, `1,4`, `0-19`. */
export function seedsOf(text: string): number[] {
  return text.split(',').flatMap((part) => {
    const [first = 0, last = first] = part.split('-').map(Number)
    return Array.from({ length: last - first + 1 }, (_, index) => first + index)
  })
}

/** Runs the schedule of each seed. A theatre in which one failed is not used again. */
export function describeSchedules(seeds: readonly number[]): void {
  const free: Theatre[] = []
  const waiting: ((theatre: Theatre | undefined) => void)[] = []
  let open = 0

  afterAll(() => Promise.all(free.map((theatre) => theatre.close())), 150_000)

  /** `undefined`: open a new one. */
  async function take(seed: number): Promise<Theatre> {
    const ready = free.pop()
    if (ready !== undefined) return ready
    if (open >= theatres) {
      const given = await new Promise<Theatre | undefined>((resolve) => waiting.push(resolve))
      if (given !== undefined) return given
    }
    open += 1
    return openTheatre(seed).catch((error: unknown) => {
      giveBack(undefined)
      throw error
    })
  }

  function giveBack(theatre: Theatre | undefined): void {
    const next = waiting.shift()
    if (theatre === undefined) open -= 1
    if (next !== undefined) next(theatre)
    else if (theatre !== undefined) free.push(theatre)
  }

  describe.concurrent('a submission comes to its one verdict', { timeout: 3_600_000 }, () => {
    it.each(seeds.map(planOf).map((plan) => [plan.seed, describePlan(plan), plan] as const))(
      'whatever fails: seed %i, %s',
      async (seed, _what, plan) => {
        const theatre = await take(seed)
        let whole = false
        try {
          await perform(theatre, plan)
          whole = true
        } catch (error) {
          const how = `RAI_CRASH_SEED=${seed} npm run test:crash repeats “${describePlan(plan)}”`
          process.stderr.write(`[crash] ${how}\n${tail(theatre.cast.worker)}\n${tail(theatre.cast.bot)}\n`)
          throw error
        } finally {
          if (!whole) await theatre.close()
          giveBack(whole ? theatre : undefined)
        }
        expect(whole).toBe(true)
      },
    )
  })
}

function tail({ output }: { output(): string }): string {
  return output().split('\n').slice(-15).join('\n')
}
