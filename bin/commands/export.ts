import { userInfo } from 'node:os'
import { resolve } from 'node:path'
import type { Command } from 'commander'
import { Refusal } from '../../core/errors.ts'
import { exportToFolder } from '../../core/oversight/export-folder.ts'
import type { CommandIo } from './io.ts'
import { withDeployment } from './start.ts'

/** Adds `export`: a course's runs as a table, and what each team handed in as an archive. */
export function addExportCommand(program: Command, io: CommandIo): void {
  program
    .command('export')
    .argument('<course>', 'a course, or one assignment of it: `ece408/final`')
    .argument('<folder>', 'where to write to; made when it is missing')
    .description('write every run as a table, and an archive of sources and results for each team')
    .action(async (wanted: string, folder: string, _given: unknown, command: Command) => {
      const [name = '', assignment] = wanted.toLowerCase().split('/')
      await withDeployment(command, io, { part: 'everything', serveLinks: false }, async ({ deployment }) => {
        const { records, store, courses } = deployment
        const course = courses.byName(name)
        if (course === undefined) {
          const known = courses.all().map((one) => one.name)
          throw new Refusal('unknown-course', `There is no course ${name} here. There are ${known.join(', ')}.`)
        }
        await records.audit.write({
          ...{ actor: `shell:${userInfo().username}`, action: 'course.export', subject: course.name },
          detail: assignment === undefined ? {} : { assignment },
        })
        const onFile = (path: string) => io.stdout.write(`${path}\n`)
        await exportToFolder({ records, store, course, assignment, folder: resolve(io.cwd, folder), onFile })
      })
    })
}
