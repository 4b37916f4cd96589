/** NVIDIA's names of its generations, by the first compute capability of each. The newest one first. */
const generations: readonly (readonly [number, string])[] = [
  [10, 'blackwell'],
  [9, 'hopper'],
  [8.9, 'ada'],
  [8, 'ampere'],
  [7.5, 'turing'],
  [7, 'volta'],
  [6, 'pascal'],
  [5, 'maxwell'],
  [3, 'kepler'],
  [2, 'fermi'],
]

/** `volta` for `7.0`; `undefined` for what is no compute capability. */
export function architectureOf(computeCapability: string): string | undefined {
  if (!/^\d{1,2}\.\d$/.test(computeCapability)) return undefined
  return generations.find(([first]) => Number(computeCapability) >= first)?.[1]
}
