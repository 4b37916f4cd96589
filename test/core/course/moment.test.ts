import { describe, expect, it } from 'vitest'
import { isTimeZone, momentText, readMoment } from '../../../core/course/moment.ts'

const zone = 'America/Chicago'

describe('a deadline as it is written', () => {
  it('is on the clocks of the course, in summer and in winter', () => {
    expect(readMoment('2026-12-11 23:59', zone)).toEqual({ at: Date.UTC(2026, 11, 12, 5, 59) })
    expect(readMoment('2026-07-11T23:59:30', zone)).toEqual({ at: Date.UTC(2026, 6, 12, 4, 59, 30) })
    expect(readMoment('2026-12-11 23:59', 'UTC')).toEqual({ at: Date.UTC(2026, 11, 11, 23, 59) })
  })

  it('is refused where the clocks skip it', () => {
    expect(readMoment('2026-03-08 02:30', zone)).toEqual({
      problem: 'does not exist in America/Chicago, because the clocks go forward then',
      hint: 'Choose another time, such as 2026-03-08 04:30.',
    })
  })

  it('is refused where the clocks show it twice', () => {
    expect(readMoment('2026-11-01 01:30', zone)).toEqual({
      problem: 'comes twice in America/Chicago, because the clocks go back then',
      hint: 'Choose another time, such as 2026-11-01 02:30.',
    })
  })

  it.each(['2026-12-11', 'tomorrow', '2026-12-11 24:99', '11.12.2026 23:59', '2026-12-11 23:59Z', ''])(
    'is refused as %s',
    (text) => {
      expect(readMoment(text, zone)).toHaveProperty('problem')
    },
  )

  it('is refused on a day that no month has', () => {
    expect(readMoment('2026-02-30 12:00', zone)).toMatchObject({ problem: 'is a date that no calendar has' })
  })

  it('reads as it was written', () => {
    expect(momentText(Date.UTC(2026, 11, 12, 5, 59), zone)).toBe('2026-12-11 23:59 (America/Chicago)')
    expect(momentText(Date.UTC(2026, 6, 12, 4, 59, 30), zone)).toBe('2026-07-11 23:59:30 (America/Chicago)')
    expect(momentText(0)).toBe('1970-01-01 00:00 UTC')
  })

  it('needs a time zone that exists', () => {
    expect(['UTC', 'Europe/Zurich', 'Nowhere/City', ''].map(isTimeZone)).toEqual([true, true, false, false])
  })
})
