import { ensureEngine } from '../bin/machine/engine.ts'
import { dockerClient } from '../bin/machine/engine-probe.ts'
import { ensureImage, fullCourseImage } from '../bin/machine/images.ts'

/** `npm run image:course`: the image that a course starts from, in the engine that answers here. */
const say = (line: string) => process.stderr.write(`${line}\n`)
const engine = await ensureEngine(say)
try {
  await ensureImage(dockerClient(engine.host), fullCourseImage, say)
  say(`${fullCourseImage.name} is there. Name it in rai_build.yml, or tag it as your course calls it.`)
} finally {
  await engine.stop()
}
