import { type Alarms, createAlarms } from './alarms.ts'
import { type Audit, createAudit } from './audit.ts'
import { type Batches, createBatches } from './batches.ts'
import type { Database } from './database.ts'
import { createDeliveries, type Deliveries } from './deliveries.ts'
import { createEnrolmentRecords, type EnrolmentRecords } from './enrolment.ts'
import { createErasure, type Erasure } from './erasure.ts'
import { createFleet, type Fleet } from './fleet.ts'
import { createGpus, type Gpus } from './gpus.ts'
import { createIntake, type Intake } from './intake.ts'
import { createLeases, type Leases } from './leases.ts'
import { createLookup, type Lookup } from './lookup.ts'
import { createNotices, type Notices } from './notices.ts'
import { createOperations, type Operations } from './operations.ts'
import { createPauses, type Pauses } from './pauses.ts'
import { createPeople, type People } from './people.ts'
import { createRemarks, type Remarks } from './remarks.ts'
import { createRemovals, type Removals } from './removals.ts'
import { createRepositories, type Repositories } from './repositories.ts'
import { createRunList, type RunList } from './run-list.ts'
import { createRuns, type Runs } from './runs.ts'
import { createStandings, type Standings } from './standings.ts'
import { createTakeovers, type Takeovers } from './takeovers.ts'
import { createTeams, type Teams } from './teams.ts'
import { createTerms, type Terms } from './terms.ts'

/** The only authority on what happened. Everything else may be lost, repeated or reordered. */
export interface Records {
  readonly intake: Intake
  readonly runs: Runs
  readonly lookup: Lookup
  readonly deliveries: Deliveries
  readonly people: People
  readonly standings: Standings
  readonly teams: Teams
  readonly repositories: Repositories
  readonly enrolment: EnrolmentRecords
  readonly leases: Leases
  readonly pauses: Pauses
  readonly operations: Operations
  readonly fleet: Fleet
  readonly gpus: Gpus
  readonly notices: Notices
  readonly alarms: Alarms
  readonly takeovers: Takeovers
  readonly audit: Audit
  readonly runList: RunList
  readonly remarks: Remarks
  readonly batches: Batches
  readonly terms: Terms
  readonly removals: Removals
  readonly erasure: Erasure
  /** Rejects with a `ProviderError` when the database does not answer. */
  check(): Promise<void>
  close(): Promise<void>
}

export function createRecords(database: Database): Records {
  return {
    intake: createIntake(database),
    runs: createRuns(database),
    lookup: createLookup(database),
    deliveries: createDeliveries(database),
    people: createPeople(database),
    standings: createStandings(database),
    teams: createTeams(database),
    repositories: createRepositories(database),
    enrolment: createEnrolmentRecords(database),
    leases: createLeases(database),
    pauses: createPauses(database),
    operations: createOperations(database),
    fleet: createFleet(database),
    gpus: createGpus(database),
    notices: createNotices(database),
    alarms: createAlarms(database),
    takeovers: createTakeovers(database),
    audit: createAudit(database),
    runList: createRunList(database),
    remarks: createRemarks(database),
    batches: createBatches(database),
    terms: createTerms(database),
    removals: createRemovals(database),
    erasure: createErasure(database),
    check: async () => {
      await database.read((session) => session.selectFrom('lease').select('name').limit(1).execute())
    },
    close: () => database.close(),
  }
}
