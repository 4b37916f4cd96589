import { describeSchedules } from './schedules.ts'

if (process.env.RAI_CRASH_SEED === undefined) describeSchedules(Array.from({ length: 480 }, (_, index) => 20 + index))
