import type { BuildFileLimits, BuildResources, DataSource, GpuRequest } from './build-file.ts'
import type { BuildFileDocument } from './document.ts'
import { type Field, type Fields, isAbsent, readItems, readSection } from './fields.ts'
import { cpuSection, dataSection, dataSourceSection, gpuSection, limitsSection, resourcesSection } from './sections.ts'
import { readBytes, readCount, readDuration, readFlag, readText } from './values.ts'

const mostGpus = 64
const mostDataSources = 50

/** Reads `resources`. What the limits do not grant is cut, with a warning: a request is an upper bound. */
export function readResources(
  document: BuildFileDocument,
  field: Field | undefined,
  limits: BuildFileLimits,
): BuildResources {
  const fields = readSection(document, field, resourcesSection)
  const asked = new Map([...fields, ...readSection(document, fields.get('limits'), limitsSection)])
  const architecture = readArchitecture(document, fields.get('cpu'))
  const gpu = readGpu(document, fields)
  const timeMs = cut(document, asked.get('time'), readDuration(document.report, asked.get('time')), limits.timeMs)
  const dataBytes = cut(
    document,
    asked.get('datasize'),
    readBytes(document.report, asked.get('datasize')),
    limits.dataBytes,
  )
  return {
    ...(architecture === undefined ? {} : { architecture }),
    ...(gpu === undefined ? {} : { gpu }),
    network: readNetwork(document, asked.get('network'), limits),
    ...(timeMs === undefined ? {} : { timeMs }),
    ...(dataBytes === undefined ? {} : { dataBytes }),
    dataSources: readDataSources(document, fields.get('dataresources'), limits),
  }
}

function cut({ report }: BuildFileDocument, field: Field | undefined, asked: number | undefined, most: number) {
  if (field === undefined || asked === undefined || asked <= most) return asked
  const problem = `\`${field.path}\` is \`${report.quote(field.place)}\`, and this course allows less.`
  const allowed = field.path.endsWith('time') ? `${Math.floor(most / 1000)} seconds` : `${most} bytes`
  report.warn(field.place, problem, `The limit is ${allowed}.`)
  return most
}

function readNetwork({ report }: BuildFileDocument, field: Field | undefined, limits: BuildFileLimits): boolean {
  const wanted = readFlag(report, field) ?? false
  if (field === undefined || !wanted || limits.network) return wanted
  report.warn(field.place, 'The commands run without network.', 'Bring what they need with the code or in the image.')
  return false
}

const architectures = new Map(
  ['amd64', 'arm64', 'ppc64le', 's390x', '386', 'arm', 'riscv64'].map((name) => [name, name] as const),
)
  .set('x86_64', 'amd64')
  .set('x86-64', 'amd64')
  .set('aarch64', 'arm64')

function readArchitecture(document: BuildFileDocument, cpu: Field | undefined): string | undefined {
  const field = readSection(document, cpu, cpuSection).get('architecture')
  const text = readText(document.report, field)?.toLowerCase()
  if (field === undefined || text === undefined || text === '') return undefined
  const known = architectures.get(text)
  if (known !== undefined) return known
  const problem = `\`${document.report.quote(field.place)}\` is not an architecture that RAI knows.`
  return document.report.error(field.place, problem, `Known ones: ${[...new Set(architectures.values())].join(', ')}.`)
}

function readGpu(document: BuildFileDocument, resources: Fields): GpuRequest | undefined {
  const section = resources.get('gpu')
  const fields = readSection(document, section, gpuSection)
  const asked = section !== undefined && !isAbsent(section.node)
  const countField = fields.get('count') ?? resources.get('gpus')
  const count = readCount(document.report, countField, mostGpus) ?? (asked ? 1 : 0)
  const architecture = readWord(document, fields.get('architecture'))
  const memoryBytes = readBytes(document.report, fields.get('memory'))
  if (count === 0) return undefined
  return {
    count,
    ...(architecture === undefined ? {} : { architecture }),
    ...(memoryBytes === undefined ? {} : { memoryBytes }),
  }
}

function readWord({ report }: BuildFileDocument, field: Field | undefined): string | undefined {
  const text = readText(report, field)?.toLowerCase()
  if (field === undefined || text === undefined || text === '') return undefined
  if (/^[a-z0-9][a-z0-9._-]{0,31}$/.test(text)) return text
  return report.error(
    field.place,
    `\`${report.quote(field.place)}\` is not the name of a GPU architecture.`,
    'For example: volta.',
  )
}

function readDataSources(
  document: BuildFileDocument,
  field: Field | undefined,
  limits: BuildFileLimits,
): readonly DataSource[] {
  if (field === undefined || isAbsent(field.node)) return []
  const items = readItems(document, field)
  if (items === undefined) {
    document.report.error(field.place, '`resources.dataresources` has to be a list.', 'Begin each data set with `- `.')
    return []
  }
  if (items.length > mostDataSources) {
    document.report.error(field.place, `There are ${items.length} data sets, and ${mostDataSources} are allowed.`)
  }
  if (items.length > 0 && !limits.dataSources) {
    document.report.warn(field.keyPlace, 'Data sets are not mounted here: `resources.dataresources` has no effect.')
  }
  return items.slice(0, mostDataSources).flatMap((item) => readDataSource(document, item) ?? [])
}

function readDataSource(document: BuildFileDocument, item: Field): DataSource | undefined {
  const { report } = document
  const fields = readSection(document, item, dataSection)
  const source = readSection(document, fields.get('source'), dataSourceSection)
  const mount = readText(report, fields.get('mount')) ?? ''
  const url = readText(report, source.get('url')) ?? ''
  const extract = readFlag(report, source.get('extract')) ?? false
  const cache = readFlag(report, fields.get('cache')) ?? false
  if (!/^\/(?!.*(?:^|\/)\.\.(?:\/|$))[^\0]{1,255}$/.test(mount)) {
    const place = fields.get('mount')?.place ?? item.place
    return report.error(place, 'A data set needs a `mount` that is an absolute path.', 'For example: /data/mnist.')
  }
  if (!URL.canParse(url)) {
    return report.error(source.get('url')?.place ?? item.place, 'A data set needs a `source.url` that is a URL.')
  }
  return { mount, url, extract, cache }
}
