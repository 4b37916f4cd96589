import type { Bench } from './bench.ts'
import { overhead } from './overhead.ts'
import { scale } from './scale.ts'
import { throughput } from './throughput.ts'

/** In the order they run. A new one is a file of its own and a line here. */
export const benches: readonly Bench[] = [overhead, throughput, scale]
