import { describeSchedules, seedsOf } from './schedules.ts'

if (process.env.RAI_CRASH_SEED === undefined) describeSchedules(seedsOf('8-499'))
