import { randomUUID } from 'node:crypto'
import { userInfo } from 'node:os'
import type { Command } from 'commander'
import { z } from 'zod'
import { acceptLocalSources } from '../../bots/terminal/local-source.ts'
import { submit } from '../../core/submission/submit.ts'
import { repositoryOf } from '../compose/bot-role.ts'
import type { Deployment } from '../compose/deployment.ts'
import { staffMember } from '../compose/staff.ts'
import { createStagerRole } from '../compose/stager-role.ts'
import { followToEnd } from './follow.ts'
import type { CommandIo } from './io.ts'
import { withDeployment } from './start.ts'

const word = z.string().optional()
const optionsSchema = z.object({ ref: word, queue: word, course: word, assignment: word })
type SubmitOptions = z.infer<typeof optionsSchema>

/** Adds `submit`: for staff on the server. Ends with 0 succeeded, 1 the student's failure, 2 refused, 3 our failure. */
export function addSubmitCommand(program: Command, io: CommandIo): void {
  program
    .command('submit')
    .argument('<path-or-url>', 'folder, archive or repository')
    .description('submit from the shell and follow the run (for staff on the server)')
    .option('--ref <ref>', 'branch, tag or commit')
    .option('-q, --queue <queue>', 'queue, instead of the configured one')
    .option('--course <course>', 'course, where there are several')
    .option('--assignment <name>', 'what it is for')
    .action(async (text: string, given: unknown, command: Command) => {
      const options = optionsSchema.parse(given)
      await withDeployment(
        command,
        io,
        { part: 'bot', serveLinks: false, level: 'warn' },
        async ({ deployment, signal }) => {
          io.setExitCode(await submitAndFollow(deployment, { text, options, io, signal }))
        },
      )
    })
}

interface Asked {
  readonly text: string
  readonly options: SubmitOptions
  readonly io: CommandIo
  readonly signal: AbortSignal
}

async function submitAndFollow(deployment: Deployment, { text, options, io, signal }: Asked): Promise<number> {
  const { records, host, courses, config } = deployment
  const user = userInfo().username
  const place = { platform: 'shell', workspace: host, channel: user } as const
  const member = await staffMember(deployment, { ...place, user }, user, options.course)
  const course = courses.byName(member.course)
  if (course === undefined) throw new Error(`Course ${member.course} is not configured`)
  const accept = acceptLocalSources({
    host,
    folder: io.cwd,
    otherwise: (words, { ref }) => repositoryOf(config, words, ref),
  })
  const { submission } = await submit(records.intake, {
    eventKey: `shell:${host}:${user}:${randomUUID()}`,
    place,
    member,
    course,
    source: await accept(text, options.ref === undefined ? {} : { ref: options.ref }),
    submittedAt: Date.now(),
    ...(options.queue === undefined ? {} : { queue: options.queue }),
    ...(options.assignment === undefined ? {} : { assignment: options.assignment }),
  })
  const stager = await createStagerRole(deployment, { places: [`host:${host}`] })
  const done = new AbortController()
  const staging = stager.run(AbortSignal.any([signal, done.signal]))
  try {
    return await followToEnd(deployment, submission.id, { io, signal })
  } finally {
    done.abort()
    await staging
  }
}
