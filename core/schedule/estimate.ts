type Confidence = 'low' | 'medium' | 'high'

export interface StartEstimate {
  /** From now, in milliseconds. */
  readonly ms: number
  /** How much recent runs vary and how many there are; `low` deserves the word "roughly", or silence. */
  readonly confidence: Confidence
}

export interface EstimateOptions {
  /** How many start before it. */
  readonly before: number
  /** How long the last runs of this queue took. */
  readonly recentRunMs: readonly number[]
  /** How many runs this queue has room for at once. */
  readonly workers: number
}

/**
 * When a submission that waits will start, as far as the recent runs can tell: all workers are taken as busy, so that
 * it rather says too long than too short. `undefined` without workers or without any recent run.
 */
export function estimateStart({ before, recentRunMs, workers }: EstimateOptions): StartEstimate | undefined {
  if (recentRunMs.length === 0 || workers < 1) return undefined
  const mean = recentRunMs.reduce((sum, ms) => sum + ms, 0) / recentRunMs.length
  return { ms: Math.round((mean * (before + 1)) / workers), confidence: confidenceIn(recentRunMs, mean) }
}

function confidenceIn(runs: readonly number[], mean: number): Confidence {
  const variance = runs.reduce((sum, ms) => sum + (ms - mean) ** 2, 0) / runs.length
  const spread = mean === 0 ? 0 : Math.sqrt(variance) / mean
  if (runs.length < 5 || spread > 1.5) return 'low'
  return runs.length >= 20 && spread <= 0.75 ? 'high' : 'medium'
}
