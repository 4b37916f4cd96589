import type { NewSubmission } from '../../core/records/intake.ts'
import type { StagedSource } from '../../core/records/json.ts'

let events = 0

export function newSubmission(changes: Partial<NewSubmission> = {}): NewSubmission {
  events += 1
  return {
    eventKey: `terminal:here:class:${events}`,
    place: { platform: 'terminal', workspace: 'here', channel: 'class' },
    account: 'ada',
    course: 'demo',
    queue: 'rai_amd64',
    priority: 'student',
    source: { kind: 'git', url: 'https://git.example/ada/project' },
    sourcePlace: 'any',
    submittedAt: 1_700_000_000_000,
    ...changes,
  }
}

export const staged: StagedSource = {
  key: 'userdata/x.tar.gz',
  treeHash: 'a'.repeat(64),
  bytes: 10,
  unpackedBytes: 20,
  entries: 1,
  leftOut: { count: 0, examples: [] },
  job: {
    image: 'busybox',
    commands: [{ text: 'true', argv: ['true'] }],
    keepGoing: false,
    timeMs: 1000,
    buildFile: 'rai_build.yml',
    warnings: [],
  },
}
