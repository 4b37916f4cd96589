import type { GpuDevice } from '../../core/schedule/gpus.ts'
import { runProgram } from '../runner/run-program.ts'
import { architectureOf } from './architecture.ts'

/** A GPU, as `nvidia-smi` sees it now. */
export interface GpuReading extends GpuDevice {
  /** Absent where the driver does not say. */
  readonly persistent?: boolean
  /** Why no run should get it, in one line. Absent: it is in order. */
  readonly problem?: string
}

/** NVIDIA's own program. Every method rejects when it fails or takes too long. */
export interface NvidiaSmi {
  list(): Promise<readonly GpuReading[]>
  /** One, where a lost one keeps the program from listing the others. */
  read(uuid: string): Promise<GpuReading | undefined>
  /** The host's process numbers of those that compute on each GPU, by UUID. */
  users(): Promise<ReadonlyMap<string, readonly string[]>>
}

const needed = ['uuid', 'name', 'memory.total'] as const
/** Older drivers do not know all of these. */
const wanted = ['compute_cap', 'persistence_mode', 'mig.mode.current', 'ecc.errors.uncorrected.volatile.total'] as const

/**
 * @param program its path, or its name in the system's folders
 * @param limitMs a driver without persistence mode takes seconds, one that hangs takes for ever
 */
export function createNvidiaSmi(program: string, limitMs = 30_000): NvidiaSmi {
  let fields: readonly string[] = [...needed, ...wanted]
  const ask = (query: string, ...more: string[]) =>
    runProgram(program, [query, '--format=csv,noheader,nounits', ...more], limitMs)
  const query = async (...more: string[]): Promise<readonly GpuReading[]> => {
    for (;;) {
      try {
        const text = await ask(`--query-gpu=${fields.join(',')}`, ...more)
        return rowsOf(text).map((cells) =>
          readingOf(new Map(fields.map((field, index) => [field, cells[index] ?? '']))),
        )
      } catch (error) {
        const unknown = unknownField(error)
        if (unknown === undefined || !wanted.some((field) => field === unknown && fields.includes(field))) throw error
        fields = fields.filter((field) => field !== unknown)
      }
    }
  }
  return {
    list: () => query(),
    read: async (uuid) => (await query(`--id=${uuid}`))[0],
    users: async () => {
      const users = new Map<string, string[]>()
      for (const [uuid = '', pid = ''] of rowsOf(await ask('--query-compute-apps=gpu_uuid,pid'))) {
        users.set(uuid, [...(users.get(uuid) ?? []), pid])
      }
      return users
    },
  }
}

function rowsOf(csv: string): string[][] {
  const lines = csv.split('\n').filter((line) => line.startsWith('GPU-'))
  return lines.map((line) => line.split(',').map((cell) => cell.trim()))
}

function readingOf(cells: ReadonlyMap<string, string>): GpuReading {
  const cell = (name: (typeof needed)[number] | (typeof wanted)[number]) => cells.get(name) ?? ''
  const mebibytes = Number(cell('memory.total'))
  const architecture = architectureOf(cell('compute_cap'))
  const problem = problemOf(cells)
  return {
    uuid: cell('uuid'),
    name: cell('name'),
    ...(mebibytes > 0 ? { memoryBytes: mebibytes * 1024 * 1024 } : {}),
    ...(architecture === undefined ? {} : { architecture }),
    ...(/abled$/.test(cell('persistence_mode')) ? { persistent: cell('persistence_mode') === 'Enabled' } : {}),
    ...(problem === undefined ? {} : { problem }),
  }
}

function problemOf(cells: ReadonlyMap<string, string>): string | undefined {
  const broken = [...cells].find(([, value]) => /ERR!|Unknown Error|is lost|reset required/i.test(value))
  if (broken !== undefined) return `its ${broken[0]} is “${broken[1]}”`
  if (cells.get('mig.mode.current') === 'Enabled') return 'it is divided (MIG), and RAI leases whole GPUs only'
  const errors = Number(cells.get('ecc.errors.uncorrected.volatile.total'))
  return errors > 0 ? `its memory had ${errors} errors that could not be corrected` : undefined
}

/** What an older driver says to a field that it does not know, on stdout. */
function unknownField(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('stdout' in error) || typeof error.stdout !== 'string') return undefined
  return /Field "([^"]+)" is not a valid field/.exec(error.stdout)?.[1]
}
