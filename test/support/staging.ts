import { defaultBuildFileLimits } from '../../core/buildfile/build-file.ts'
import { type Course, singleCourse } from '../../core/course/course.ts'
import { createDatabaseDirectory } from '../../core/directory/directory.ts'
import type { Records } from '../../core/records/records.ts'
import { defaultSourceLimits } from '../../core/source/limits.ts'
import type { Store } from '../../core/store/store.ts'
import type { StageOptions } from '../../core/submission/stage.ts'
import { artefacts, queueName } from './embedded.ts'

/** How a deployment with this one course stages, over real records and a real store. */
export function stageOptions(
  { records, store }: { readonly records: Records; readonly store: Store },
  course: Course,
): StageOptions {
  return {
    store,
    lookup: records.lookup,
    fleet: records.fleet,
    artefacts,
    directory: createDatabaseDirectory(records.people, () => course.rights),
    courses: singleCourse(course),
    buildFile: 'rai_build',
    buildFileLimits: defaultBuildFileLimits,
    queueFor: (architecture) => `rai_${architecture}`,
    queues: [queueName, 'rai_arm64'],
    requiredFiles: [],
    source: { limits: defaultSourceLimits, git: {} },
  }
}
