import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'

/** A GPU of the stand-in, by the names that `nvidia-smi --query-gpu` has for what it says. */
export type FakeGpu = Readonly<Record<string, string>>

interface FakeState {
  readonly gpus: readonly FakeGpu[]
  /** Fields that this driver is too old to know. */
  readonly unknown?: readonly string[]
  /** UUIDs that fell off the bus. */
  readonly lost?: readonly string[]
  readonly users?: readonly { readonly uuid: string; readonly pid: number }[]
}

export interface FakeNvidiaSmi {
  readonly program: string
  set(state: FakeState): Promise<void>
}

export function fakeGpu(uuid: string, changes: FakeGpu = {}): FakeGpu {
  return {
    uuid,
    name: 'Tesla V100-SXM2-16GB',
    'memory.total': '16160',
    compute_cap: '7.0',
    persistence_mode: 'Enabled',
    'mig.mode.current': '[N/A]',
    'ecc.errors.uncorrected.volatile.total': '0',
    ...changes,
  }
}

/** A program that answers the queries RAI makes as NVIDIA's does, down to its exit codes, from a file beside it. */
export async function createFakeNvidiaSmi(folder: string, state: FakeState): Promise<FakeNvidiaSmi> {
  const program = join(folder, 'nvidia-smi')
  const file = join(folder, 'nvidia-smi.json')
  const set = (next: FakeState) => writeFile(file, JSON.stringify(next))
  await set(state)
  await writeFile(program, `#!${process.execPath}\n${script(file)}`, { mode: 0o755 })
  return { program, set }
}

function script(file: string): string {
  return `
const { gpus, unknown = [], lost = [], users = [] } = JSON.parse(require('fs').readFileSync(${JSON.stringify(file)}))
const args = process.argv.slice(2)
const option = (name) => args.find((arg) => arg.startsWith(name + '='))?.slice(name.length + 1)
const fail = (text, code) => { console.log(text); process.exit(code) }
if (option('--format') !== 'csv,noheader,nounits') fail('Invalid combination of input arguments.', 2)
const apps = option('--query-compute-apps')
if (apps !== undefined) {
  for (const { uuid, pid } of users) console.log(uuid + ', ' + pid)
  process.exit(0)
}
const fields = option('--query-gpu')?.split(',') ?? fail('Invalid combination of input arguments.', 2)
for (const field of fields) if (unknown.includes(field)) fail('Field "' + field + '" is not a valid field to query.', 2)
const id = option('--id')
const asked = gpus.filter(({ uuid }) => id === undefined || uuid === id)
const gone = lost.filter((uuid) => id === undefined || uuid === id)
if (gone.length > 0) fail('Unable to determine the device handle for GPU 0000:3B:00.0: GPU is lost.  Reboot the system to recover this GPU', 15)
if (asked.length === 0) fail('No devices were found', 6)
for (const gpu of asked) console.log(fields.map((field) => gpu[field] ?? '[Not Supported]').join(', '))
`
}
