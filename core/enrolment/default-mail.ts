import type { MailTexts } from './mail-fields.ts'

/** The mail of a course that has no template of its own. */
export const defaultMail: MailTexts = {
  subject: 'Your keys for {{ course }}',
  text: `Hello {{ firstname }} {{ lastname }},

you are enrolled in {{ course }}. These keys show RAI who you are:

  access key  {{ accesskey }}
  secret key  {{ secretkey }}

Sign in once: write /rai login to RAI in the class chat and give both keys. If you also work from a shell, keep the
following as .rai_profile in your home folder:

{{ profilecontent }}
Do not share the secret key; nobody of the course staff needs it. If you lose it, ask for new keys.
They end: {{ expires }}.
`,
}
