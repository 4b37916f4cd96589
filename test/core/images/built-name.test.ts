import { expect, test } from 'vitest'
import { imageBuildOf } from '../../../core/images/built-name.ts'

const owner = { course: 'ece408', account: 'ada', team: 'rocket' }
const build = { dockerfile: './docker/Dockerfile', noCache: true }

test.each([
  [undefined, 'image:latest'],
  ['simulator', 'simulator:latest'],
  ['ada/simulator:v2', 'simulator:v2'],
  ['docker.io/other-team/simulator:v2', 'simulator:v2'],
])('what is built as %s lies in the namespace of the team', (imageName, end) => {
  const { name } = imageBuildOf({ ...build, ...(imageName === undefined ? {} : { imageName }) }, owner, undefined)
  expect(name).toBe(`rai/ece408/team-rocket/${end}`)
})

test('the plain value for the records has what the build needs', () => {
  const push = { imageName: 'ada/shown:3', hasCredentials: true }
  expect(imageBuildOf({ ...build, imageName: 'made', push }, owner, 'registry.example.edu')).toEqual({
    name: 'rai/ece408/team-rocket/made:latest',
    dockerfile: 'docker/Dockerfile',
    noCache: true,
    publish: 'rai/ece408/team-rocket/shown:3',
  })
})

test('a registry of the person’s own is refused, and so is publishing where there is none', () => {
  const push = { registry: 'docker.io', hasCredentials: false }
  expect(() => imageBuildOf({ ...build, push }, owner, 'registry.example.edu')).toThrow(
    'This course publishes images to registry.example.edu only, and your build file asks for "docker.io".',
  )
  expect(() => imageBuildOf({ ...build, push: { hasCredentials: false } }, owner, undefined)).toThrow(
    'this course has no registry to publish to',
  )
})

test.each(['x@sha256:12', `${'a'.repeat(61)}`, 'a--b'])('a name that does not fit is refused: %s', (imageName) => {
  expect(() => imageBuildOf({ ...build, imageName }, owner, undefined)).toThrow('cannot be used')
})
