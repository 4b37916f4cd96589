import { describeSchedules, seedsOf } from './schedules.ts'

describeSchedules(seedsOf(process.env.RAI_CRASH_SEED ?? '0-7'))
