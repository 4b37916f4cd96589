import { stringify } from 'yaml'
import type { CredentialPair } from '../directory/credential-keys.ts'

export interface ProfilePerson {
  readonly username: string
  readonly firstName: string
  readonly lastName: string
  readonly affiliation: string
  readonly email?: string
  readonly role: string
  readonly team?: string
}

/** What a student keeps as `~/.rai_profile`, with the keys of the original. */
export function profileYaml(person: ProfilePerson, { accessKey, secretKey }: CredentialPair): string {
  const profile = {
    firstname: person.firstName,
    lastname: person.lastName,
    username: person.username,
    email: person.email ?? '',
    access_key: accessKey,
    secret_key: secretKey,
    affiliation: person.affiliation,
    ...(person.team === undefined ? {} : { team: { name: person.team } }),
    role: person.role,
  }
  return stringify({ profile }, { lineWidth: 0 })
}
