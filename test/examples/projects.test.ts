import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { courseImage } from '../../bin/machine/images.ts'
import { defaultBuildFileLimits } from '../../core/buildfile/build-file.ts'
import { parseBuildFile } from '../../core/buildfile/parse.ts'

test.each(['hello-c', 'fails-c'])(
  'the build file of %s is read without a warning and runs in the course image',
  (name) => {
    const text = readFileSync(new URL(`../../examples/${name}/rai_build.yml`, import.meta.url), 'utf8')
    const { buildFile, warnings } = parseBuildFile(text, { fileName: 'rai_build.yml', limits: defaultBuildFileLimits })
    expect(warnings).toEqual([])
    expect(buildFile.image).toBe(courseImage.name)
    expect(buildFile.commands).toHaveLength(3)
  },
)
