import { readFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { parse } from 'yaml'
import { defaultMail } from '../../../core/enrolment/default-mail.ts'
import { mailFields, readMailTemplate } from '../../../core/enrolment/mail-fields.ts'
import { profileYaml } from '../../../core/enrolment/profile.ts'
import { readRoster } from '../../../core/enrolment/roster.ts'
import { fillTemplate } from '../../../core/mail/template.ts'

const example = (name: string) => readFile(new URL(`../../../examples/${name}`, import.meta.url), 'utf8')
const person = {
  ...{ username: 'ada', firstName: 'A: "da" #1', lastName: "O'Neil", affiliation: 'null', email: 'ada@x.edu' },
  ...{ role: 'student', team: '- red' },
}
const pair = { accessKey: 'raia_1', secretKey: 'rais_-2' }

test('the example of a roster is in order', async () => {
  const options = { courses: ['rai'], course: 'rai', now: 0 }
  const { people, bad, notices } = readRoster(Buffer.from(await example('roster.csv')), options)
  expect(people.map(({ username, role }) => `${username} ${role}`)).toEqual([
    'ada student',
    'cbabbage student',
    'ghopper ta',
  ])
  expect([bad, notices]).toEqual([[], []])
})

test('the examples of templates show both keys and the profile', async () => {
  const texts = { text: await example('mail-templates/keys.txt'), html: await example('mail-templates/keys.html') }
  const { text, html } = readMailTemplate({ ...defaultMail, ...texts })
  const fields: Readonly<Record<string, string>> = mailFields({ person, course: 'rai', pair })
  for (const template of [text, html]) {
    const filled = fillTemplate(template ?? text, (field) => fields[field] ?? '')
    expect(filled).toContain('raia_1')
    expect(filled).toContain('  secret_key: rais_-2\n')
  }
})

test("a profile has the original's keys, and survives every name", () => {
  expect(parse(profileYaml(person, pair))).toEqual({
    profile: {
      ...{ firstname: 'A: "da" #1', lastname: "O'Neil", username: 'ada', email: 'ada@x.edu', affiliation: 'null' },
      ...{ access_key: 'raia_1', secret_key: 'rais_-2', team: { name: '- red' }, role: 'student' },
    },
  })
})

test.each(['RAIAccessKey', '.Access_Key', 'Team.Name', '.ProfileFileContent'])('%s is a field', (field) => {
  expect(() => readMailTemplate({ ...defaultMail, text: `{{ ${field} }}` })).not.toThrow()
})
