import { describeSchedules } from './schedules.ts'

const chosen = process.env.RAI_CRASH_SEED

describeSchedules(chosen === undefined ? Array.from({ length: 20 }, (_, seed) => seed) : chosen.split(',').map(Number))
