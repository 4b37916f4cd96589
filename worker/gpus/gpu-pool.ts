import type { Logger } from 'pino'
import { messageOf } from '../../core/errors.ts'
import type { GpuDevice } from '../../core/schedule/gpus.ts'
import { codeOf } from '../../core/system-error.ts'
import type { GpuReading, NvidiaSmi } from './nvidia-smi.ts'

/** The GPUs of this host. Who has which is in the records; which are in order is known here. */
export interface GpuPool {
  /** All that this host has, whether or not they are in order now. */
  all(): readonly GpuDevice[]
  /** Those that are in order, and so may be leased. */
  offered(): readonly GpuDevice[]
  /** What is wrong, a line a GPU. */
  problems(): readonly string[]
  /** Asks the driver. Never rejects: a driver that does not answer is a problem of every GPU. */
  look(): Promise<void>
  /**
   * Before a run gets these: whether each is in order, and nobody computes on it. Answers what is wrong otherwise, and
   * then it is not offered until a later look finds it well.
   */
  check(devices: readonly GpuDevice[]): Promise<string | undefined>
}

interface Known {
  device: GpuDevice
  problem: string | undefined
}

/** The pool after its first look. `undefined` on a host without the program or without GPUs. */
export async function openGpuPool(smi: NvidiaSmi, log: Logger): Promise<GpuPool | undefined> {
  let first: readonly GpuReading[]
  try {
    first = await smi.list()
  } catch (error) {
    // The usual host: no driver, and nothing to say about it.
    if (codeOf(error) === 'ENOENT') return undefined
    log.error({ problem: shortly(error) }, 'GPUs cannot be looked for; none are offered until the worker starts again')
    return undefined
  }
  if (first.length === 0) return undefined
  const pool = new Map<string, Known>()
  for (const reading of first) note(pool, reading, log)
  tellAtStart(first, log)
  const look = () => lookAt(pool, smi, log)
  return {
    all: () => [...pool.values()].map(({ device }) => device),
    offered: () => [...pool.values()].flatMap(({ device, problem }) => (problem === undefined ? [device] : [])),
    problems: () =>
      [...pool.values()].flatMap(({ device, problem }) => (problem === undefined ? [] : [lineOf(device, problem)])),
    look,
    check: async (devices) => {
      await look()
      await noteUsers(pool, smi, devices, log)
      const bad = devices.map(({ uuid }) => pool.get(uuid)).find((known) => known?.problem !== undefined)
      return bad?.problem === undefined ? undefined : lineOf(bad.device, bad.problem)
    },
  }
}

function tellAtStart(readings: readonly GpuReading[], log: Logger): void {
  log.info({ gpus: readings.map(({ uuid, name, architecture }) => ({ uuid, name, architecture })) }, 'GPUs found')
  const slow = readings.filter(({ persistent }) => persistent === false).map(({ uuid }) => uuid)
  if (slow.length > 0) log.warn({ gpus: slow }, persistenceNotice)
  const plain = readings.filter(({ architecture }) => architecture === undefined).map(({ uuid }) => uuid)
  if (plain.length > 0)
    log.warn(
      { gpus: plain },
      'the driver does not say what these GPUs are; no run that asks for an architecture comes here',
    )
}

const persistenceNotice =
  'persistence mode is off: the driver starts anew for each run, which takes seconds. `nvidia-smi -pm 1` or nvidia-persistenced ends that'

async function lookAt(pool: Map<string, Known>, smi: NvidiaSmi, log: Logger): Promise<void> {
  try {
    const readings = await smi.list()
    for (const reading of readings) note(pool, reading, log)
    const there = new Set(readings.map(({ uuid }) => uuid))
    for (const [uuid, known] of pool) if (!there.has(uuid)) setProblem(known, 'the driver does not list it', log)
  } catch (error) {
    await lookAtEach(pool, smi, error, log)
  }
}

/** One that fell off the bus fails the whole list. */
async function lookAtEach(pool: Map<string, Known>, smi: NvidiaSmi, error: unknown, log: Logger): Promise<void> {
  for (const [uuid, known] of pool) {
    const reading = pool.size === 1 ? undefined : await smi.read(uuid).catch(() => undefined)
    if (reading?.uuid === uuid) note(pool, reading, log)
    else setProblem(known, shortly(error), log)
  }
}

function note(pool: Map<string, Known>, { persistent: _, problem, ...device }: GpuReading, log: Logger): void {
  const known = pool.get(device.uuid) ?? { device, problem: undefined }
  known.device = device
  pool.set(device.uuid, known)
  setProblem(known, problem, log)
}

async function noteUsers(
  pool: Map<string, Known>,
  smi: NvidiaSmi,
  devices: readonly GpuDevice[],
  log: Logger,
): Promise<void> {
  const users = await smi.users().catch((error: unknown) => shortly(error))
  for (const { uuid } of devices) {
    const known = pool.get(uuid)
    if (known === undefined || known.problem !== undefined) continue
    const pids = typeof users === 'string' ? undefined : users.get(uuid)
    if (typeof users === 'string') setProblem(known, users, log)
    else if (pids !== undefined) setProblem(known, `process ${pids.join(', ')} of this host computes on it`, log)
  }
}

function setProblem(known: Known, problem: string | undefined, log: Logger): void {
  const { uuid, name } = known.device
  if (known.problem === undefined && problem !== undefined) log.error({ uuid, name, problem }, 'a GPU was taken out')
  if (known.problem !== undefined && problem === undefined) log.info({ uuid, name }, 'a GPU is in order again')
  known.problem = problem
}

function lineOf({ uuid, name }: GpuDevice, problem: string): string {
  return `${uuid} (${name}): ${problem}`
}

/** What the program said, on one line. */
function shortly(error: unknown): string {
  const said = error instanceof Error && 'stdout' in error && typeof error.stdout === 'string' ? error.stdout : ''
  return `nvidia-smi failed: ${said.trim() || messageOf(error)}`.replaceAll(/\s+/g, ' ').slice(0, 300)
}
