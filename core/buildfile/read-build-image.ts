import type { BuildFileLimits, BuildImage, ImagePush } from './build-file.ts'
import type { BuildFileDocument } from './document.ts'
import { type Field, isAbsent, readSection } from './fields.ts'
import { readImageName } from './image-name.ts'
import { buildImageSection, credentialsSection, pushSection } from './sections.ts'
import { readFlag, readText } from './values.ts'

/** Reads `commands.build_image`. */
export function readBuildImage(
  document: BuildFileDocument,
  field: Field | undefined,
  limits: BuildFileLimits,
): BuildImage | undefined {
  if (field === undefined || isAbsent(field.node)) return undefined
  const { report } = document
  const fields = readSection(document, field, buildImageSection)
  const imageName = readImageName(report, fields.get('image_name'))
  const push = readPush(document, fields.get('push'))
  if (!limits.buildImage) report.warn(field.keyPlace, notBuilt, 'The commands run in `rai.image`.')
  return {
    ...(imageName === undefined ? {} : { imageName }),
    dockerfile: readDockerfile(document, fields.get('dockerfile')),
    noCache: readFlag(report, fields.get('no_cache')) ?? false,
    ...(push === undefined ? {} : { push }),
  }
}

const notBuilt = 'Images are not built here: `commands.build_image` has no effect.'

function readDockerfile({ report }: BuildFileDocument, field: Field | undefined): string {
  const path = readText(report, field) ?? ''
  const inside = !path.startsWith('/') && !path.split('/').includes('..') && path.length <= 255
  if (field !== undefined && !inside) {
    report.error(field.place, '`dockerfile` has to be a path inside your project.', 'For example: docker/Dockerfile.')
  }
  return path === '' ? 'Dockerfile' : path
}

function readPush(document: BuildFileDocument, field: Field | undefined): ImagePush | undefined {
  if (field === undefined || isAbsent(field.node)) return undefined
  const { report } = document
  const fields = readSection(document, field, pushSection)
  const wanted = readFlag(report, fields.get('push')) ?? false
  const imageName = readImageName(report, fields.get('image_name'))
  const registry = readText(report, fields.get('registry'))
  const hasCredentials = warnOfCredentials(document, fields.get('credentials'))
  if (!wanted) return undefined
  return {
    ...(imageName === undefined ? {} : { imageName }),
    ...(registry === undefined ? {} : { registry }),
    hasCredentials,
  }
}

/** Never quotes a value, and keeps none: the file lies in a repository that others can read. */
function warnOfCredentials(document: BuildFileDocument, field: Field | undefined): boolean {
  if (field === undefined || isAbsent(field.node)) return false
  const place = { ...field.place, ...field.keyPlace }
  const filled = [...readSection(document, { ...field, place }, credentialsSection).values()]
  if (!filled.some(({ node }) => !isAbsent(node))) return false
  const problem = 'A password in a build file can be read by everybody who can read your repository; it is not used.'
  document.report.warn(field.keyPlace, problem, 'Remove it from the file, and change it.')
  return true
}
