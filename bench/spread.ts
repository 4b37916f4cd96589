/** Some samples of one measure. */
export interface Spread {
  readonly count: number
  readonly least: number
  /** The tenth, the half and the ninth part lie below these. */
  readonly low: number
  readonly median: number
  readonly high: number
  readonly most: number
}

export function spreadOf(samples: readonly number[]): Spread {
  const sorted = samples.toSorted((a, b) => a - b)
  const at = (part: number) => sorted[Math.min(sorted.length - 1, Math.floor(part * sorted.length))] ?? Number.NaN
  return { count: sorted.length, least: at(0), low: at(0.1), median: at(0.5), high: at(0.9), most: at(1) }
}

/**
 * Calls each in turn, round after round, the order turned around every time, so that whatever else the machine does
 * meets all of them alike. The first round warms up and does not count.
 */
export async function inTurns<Name extends string, Sample>(
  rounds: number,
  subjects: Readonly<Record<Name, () => Promise<Sample>>>,
): Promise<Readonly<Record<Name, Sample[]>>> {
  const names = Object.keys(subjects).filter((name): name is Name => name in subjects)
  const empty = () => Object.fromEntries(names.map((name): [string, Sample[]] => [name, []]))
  const samples = empty() as Record<Name, Sample[]>
  for (let round = 0; round <= rounds; round += 1) {
    for (const name of round % 2 === 0 ? names : names.toReversed()) {
      const sample = await subjects[name]()
      if (round > 0) samples[name].push(sample)
    }
  }
  return samples
}
