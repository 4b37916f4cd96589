import type { Bench } from './bench.ts'
import { cost } from './cost.ts'
import { fanOut } from './fan-out.ts'
import { overhead } from './overhead.ts'
import { scale } from './scale.ts'
import { staging } from './staging.ts'
import { stream } from './stream.ts'
import { throughput } from './throughput.ts'

/** In the order they run. A new one is a file of its own and a line here. */
export const benches: readonly Bench[] = [overhead, throughput, stream, staging, fanOut, cost, scale]
