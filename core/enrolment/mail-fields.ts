import type { CredentialPair } from '../directory/credential-keys.ts'
import type { MailTemplate } from '../mail/mail.ts'
import { parseTemplate } from '../mail/template.ts'
import { type ProfilePerson, profileYaml } from './profile.ts'

/** What a template can show. The names are the original's, in any case, with or without `_`. */
const publicFields = [
  'firstname',
  'lastname',
  'username',
  'email',
  'affiliation',
  'teamname',
  'role',
  'course',
  'expires',
  'accesskey',
] as const
const secretFields = ['secretkey', 'profilecontent'] as const
type FieldName = (typeof publicFields)[number] | (typeof secretFields)[number]

const aliases: Readonly<Record<string, FieldName>> = {
  raiaccesskey: 'accesskey',
  raisecretkey: 'secretkey',
  team: 'teamname',
  profilefilecontent: 'profilecontent',
}

function resolveIn(names: readonly FieldName[]): (field: string) => FieldName | undefined {
  return (field) => {
    const plain = field
      .slice(0, 60)
      .toLowerCase()
      .replaceAll(/[\s._]/g, '')
    const meant = Object.hasOwn(aliases, plain) ? aliases[plain] : plain
    return names.find((name) => name === meant)
  }
}

export interface MailTexts {
  readonly subject: string
  readonly text: string
  readonly html?: string
}

/** Throws a `Refusal` for a field that there is not. Subjects are read by everybody, so none shows a secret. */
export function readMailTemplate({ subject, text, html }: MailTexts): MailTemplate {
  const anywhere = resolveIn([...publicFields, ...secretFields])
  return {
    subject: parseTemplate(subject, 'subject', resolveIn(publicFields)),
    text: parseTemplate(text, 'mail template', anywhere),
    ...(html === undefined ? {} : { html: parseTemplate(html, 'HTML template', anywhere) }),
  }
}

export interface MailedKeys {
  readonly person: ProfilePerson
  readonly course: string
  readonly pair: CredentialPair
  readonly expiresAt?: number | undefined
}

export function mailFields({ person, course, pair, expiresAt }: MailedKeys): Readonly<Record<FieldName, string>> {
  return {
    firstname: person.firstName,
    lastname: person.lastName,
    username: person.username,
    email: person.email ?? '',
    affiliation: person.affiliation,
    teamname: person.team ?? '',
    role: person.role,
    course,
    expires: expiresAt === undefined ? 'never' : new Date(expiresAt).toISOString().slice(0, 10),
    accesskey: pair.accessKey,
    secretkey: pair.secretKey,
    profilecontent: profileYaml(person, pair),
  }
}
