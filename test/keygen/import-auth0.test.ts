import { afterEach, beforeEach, expect, it } from 'vitest'
import { type Auth0StandIn, connection, type StandInUser, startAuth0 } from '../support/auth0/stand-in.ts'
import { newHome } from './run.ts'

let auth0: Auth0StandIn

beforeEach(async () => {
  auth0 = await startAuth0()
})

afterEach(() => auth0.close())

function add(username: string, changes: Partial<StandInUser> = {}): void {
  const created_at = new Date(Date.UTC(2020, 0, 1) + auth0.users.length * 1000).toISOString()
  const user_metadata = { firstname: username, lastname: 'X', affiliation: 'UIUC', role: 'student' }
  const known = { user_id: `auth0|${username}`, username, email: `${username}@example.edu`, created_at }
  auth0.users.push({ ...known, user_metadata, ...changes })
}

const home = () =>
  newHome({
    RAI_AUTH_PROVIDER: 'auth0',
    RAI_AUTH_DOMAIN: auth0.url,
    RAI_AUTH_CLIENT_ID: auth0.clientId,
    RAI_AUTH_CLIENT_SECRET: auth0.clientSecret,
    RAI_AUTH_CONNECTION: connection,
  })

it('enrols everybody with their roles, issues no keys, and changes nothing the second time', async () => {
  const rai = await home()
  add('ada')
  add('tina', { app_metadata: { role: 'ta' } })
  add('mallory', { user_metadata: { role: 'admin', firstname: 'M', lastname: 'X' } })
  const { stdout, stderr } = await rai.run(['import-auth0', '--yes'])
  expect(stdout).toContain('Auth0 has 3 people in Username-Password-Authentication.')
  expect(stdout).toContain('Keys issued: 0.')
  expect(stderr).toContain('mallory has the role admin in user_metadata')
  const rolesOf = (name: string) =>
    rai.records(async ({ people }) => {
      const account = await people.byUsername(name)
      return account === undefined ? [] : (await people.memberships(account.id)).map(({ role }) => role)
    })
  expect([await rolesOf('ada'), await rolesOf('tina'), await rolesOf('mallory')]).toEqual([
    ['student'],
    ['ta'],
    ['student'],
  ])
  expect((await rai.run(['import-auth0', '--yes'])).stdout).toMatch(/3 unchanged|unchanged: 3|unchanged/i)
})

it('prints a roster, and changes nothing on a dry run', async () => {
  const rai = await home()
  add('ada')
  const { stdout } = await rai.run(['import-auth0', '--csv'])
  expect(stdout).toBe(
    '"lastname","firstname","username","email","role","affiliation","team"\r\n"X","ada","ada","ada@example.edu","student","UIUC",""\r\n',
  )
  expect((await rai.run(['import-auth0', '--dry-run'])).stdout).toContain('Nothing was changed.')
  expect(await rai.records(({ people }) => people.byUsername('ada'))).toBeUndefined()
})
