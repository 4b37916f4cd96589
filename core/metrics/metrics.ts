import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'
import type { QueueState } from '../records/operations.ts'

/** What is read at the moment somebody asks. */
export interface MetricSources {
  readonly slots: number
  readonly running: () => number
  readonly queues: () => Promise<readonly QueueState[]>
  /** Free bytes by folder. */
  readonly disks: () => Promise<ReadonlyMap<string, number>>
  /** What is wrong on this host, a line each. */
  readonly reasons: () => readonly string[]
  /** How many GPUs of this host are in which state. */
  readonly gpus: () => ReadonlyMap<string, number>
  /** By team, of the whole installation. */
  readonly gpuMinutes: () => Promise<ReadonlyMap<string, number>>
}

/** What a worker measures while it works. All durations in seconds, as Prometheus has it. */
export interface Metrics {
  readonly queueWait: Histogram
  readonly startLatency: Histogram
  readonly runTime: Histogram
  readonly logLag: Histogram
  readonly logFailures: Counter
  readonly verdicts: Counter<'verdict'>
  readonly retries: Counter<'reason'>
  readonly handBacks: Counter
  readonly leaseLosses: Counter
  /** The text that Prometheus reads. A source that fails leaves its numbers out. */
  text(): Promise<string>
  readonly contentType: string
}

const second = { start: [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30], minutes: [60, 120, 300, 600, 1800, 3600, 7200] }
const long = [...second.start, ...second.minutes]

/** A registry of its own, so that several workers fit into one process. */
export function createMetrics(sources: MetricSources): Metrics {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry })
  addGauges(registry, sources)
  const registers = [registry]
  const histogram = (name: string, help: string, buckets: number[]) => new Histogram({ name, help, buckets, registers })
  const counter = (name: string, help: string) => new Counter({ name, help, registers })
  return {
    queueWait: histogram('rai_queue_wait_seconds', 'From the queue to the first claim.', long),
    startLatency: histogram('rai_start_latency_seconds', 'From the claim to a sandbox that is ready.', second.start),
    runTime: histogram('rai_run_seconds', 'Wall time of all commands of a run.', long),
    logLag: histogram('rai_log_lag_seconds', 'From reading output to having it in the live log.', second.start),
    logFailures: counter('rai_log_failures_total', 'Appends that the live log did not take at first.'),
    verdicts: new Counter({
      name: 'rai_verdicts_total',
      help: 'Verdicts this process committed.',
      labelNames: ['verdict'],
      registers,
    }),
    retries: new Counter({
      name: 'rai_retries_total',
      help: 'Attempts that failed through our fault and are tried again.',
      labelNames: ['reason'],
      registers,
    }),
    handBacks: counter('rai_hand_backs_total', 'Runs that this worker gave back when it left.'),
    leaseLosses: counter('rai_lease_losses_total', 'Runs that this worker lost to another one.'),
    text: () => registry.metrics(),
    contentType: registry.contentType,
  }
}

function addGauges(registry: Registry, sources: MetricSources): void {
  const { slots, running, queues, disks, reasons, gpus, gpuMinutes } = sources
  const registers = [registry]
  const gauge = (name: string, help: string, read: () => number) =>
    new Gauge({
      name,
      help,
      registers,
      collect() {
        this.set(read())
      },
    })
  gauge('rai_slots', 'Runs this worker has room for.', () => slots)
  gauge('rai_running', 'Runs of this worker.', running)
  gauge('rai_healthy', '1 when nothing is wrong on this host.', () => (reasons().length === 0 ? 1 : 0))
  addTable(registry, 'rai_disk_free_bytes', 'Free bytes on the disk of a folder.', 'folder', disks)
  addTable(registry, 'rai_gpus', 'GPUs of this host: offered, or out because something is wrong.', 'state', async () =>
    gpus(),
  )
  addTable(registry, 'rai_gpu_minutes', 'GPU minutes by team, the same from every worker.', 'team', gpuMinutes)
  const perQueue = (name: string, help: string, read: (queue: QueueState) => number) =>
    addTable(registry, name, help, 'queue', async () => new Map((await queues()).map((one) => [one.queue, read(one)])))
  perQueue('rai_queue_waiting', 'Submissions that wait.', ({ waiting }) => waiting)
  perQueue('rai_queue_running', 'Submissions that run, on all workers.', ({ running: count }) => count)
  perQueue('rai_queue_oldest_seconds', 'How long the first has waited.', ({ oldestMs }) => oldestMs / 1000)
}

/** One gauge with a label, read anew each time. What is gone is gone from the answer, too. */
function addTable(
  registry: Registry,
  name: string,
  help: string,
  label: string,
  read: () => Promise<ReadonlyMap<string, number>>,
): void {
  new Gauge({
    name,
    help,
    labelNames: [label],
    registers: [registry],
    async collect() {
      this.reset()
      for (const [key, value] of await read().catch(() => new Map<string, number>())) this.set({ [label]: key }, value)
    },
  })
}
