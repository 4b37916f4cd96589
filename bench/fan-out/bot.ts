import { hostname } from 'node:os'
import { pino } from 'pino'
import { createViewQueue } from '../../bots/queue-view.ts'
import { openSlack } from '../../bots/slack/slack.ts'
import { createThreads } from '../../bots/thread/threads.ts'
import { singleCourse } from '../../core/course/course.ts'
import { createFileLog } from '../../core/log/file.ts'
import { createRecords } from '../../core/records/records.ts'
import { openSqlite } from '../../core/records/sqlite.ts'
import { demoCourse } from './course.ts'

/** One bot process of its own, so that what it uses can be told from what the platform's stand-in uses. */
const [, , database = '', logFolder = '', apiUrl = '', botToken = ''] = process.argv
const logger = pino({ level: 'error' }, pino.destination(2))
const records = createRecords(await openSqlite({ path: database, host: hostname() }))
const logs = createFileLog({ root: logFolder, expireMs: 3_600_000 })
const { chat, budgets } = await openSlack({
  botToken,
  transport: { kind: 'socket', appToken: '' },
  apiUrl,
  accepted: [],
  logger,
})
const threads = createThreads({
  ...{ records, logs, chat, budgets, logger },
  courses: singleCourse(demoCourse),
  viewQueue: createViewQueue(records),
  links: async () => ({ expiresAt: 0 }),
  openLog: async () => undefined,
  owner: `bench/${process.pid}`,
  staffChannel: undefined,
  now: Date.now,
})
const ending = new AbortController()
// Nobody watches any more.
process.on('disconnect', () => ending.abort())
tell()
process.on('message', (asked) => {
  if (asked === 'usage') tell()
  else ending.abort()
})

function tell(): void {
  const { user, system } = process.cpuUsage()
  process.send?.({ cpuMs: (user + system) / 1_000, rss: process.memoryUsage().rss })
}

await threads.run(ending.signal)
await logs.close()
await records.close()
if (process.connected) process.disconnect()
