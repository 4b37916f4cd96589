import type { Field } from './fields.ts'
import type { Report } from './report.ts'
import { readText } from './values.ts'

const host = /^(?:[A-Za-z0-9.-]{1,253}(?::\d{1,5})?\/)?/.source
const repository = /[a-z0-9]+(?:[._/-]+[a-z0-9]+)*/.source
const tag = /(?::\w[\w.-]{0,127})?(?:@sha256:[0-9a-f]{64})?$/.source
const imageName = new RegExp(`${host}${repository}${tag}`)

/** The name of a Docker image: `nvidia/cuda:12.4.1-devel`, with a registry in front and a digest behind. */
export function readImageName(report: Report, field: Field | undefined): string | undefined {
  const text = readText(report, field)
  if (field === undefined || text === undefined || text === '') return undefined
  if (text.length <= 255 && imageName.test(text)) return text
  const hint = /[A-Z]/.test(text) ? 'Its name is written in lower case.' : 'For example: nvidia/cuda:12.4.1-devel.'
  return report.error(field.place, `\`${report.quote(field.place)}\` is not the name of a Docker image.`, hint)
}
