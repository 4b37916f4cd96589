import { ModalBuilder, type ModalSubmitInteraction } from 'discord.js'
import type { Course } from '../../core/course/course.ts'
import type { Answer } from '../commands/request.ts'
import { askFor } from './asking.ts'
import { attachmentsOf } from './attachment.ts'
import type { Desk } from './desk.ts'
import { fileField, menuField, textField } from './fields.ts'
import { wordsOf } from './slash.ts'

export const submitFormId = 'form:submit'

/** What `/rai submit` without more asks for. */
export function submitForm(courses: readonly Pick<Course, 'name' | 'title'>[] = []): ModalBuilder {
  return new ModalBuilder()
    .setCustomId(submitFormId)
    .setTitle('Submit with RAI')
    .addLabelComponents(
      ...(courses.length === 0 ? [] : [menuField('course', 'Course', courses)]),
      textField('repo', 'Repository', { placeholder: 'https://github.com/you/project' }),
      fileField('archive', 'Or an archive', 'One .zip or .tar.gz with your build file in it.'),
      textField('ref', 'Branch, tag or commit'),
      textField('assignment', 'Assignment'),
    )
}

const texts = ['repo', 'ref', 'assignment']

export async function trySubmit(desk: Desk, filled: ModalSubmitInteraction): Promise<Answer> {
  const read = (name: string) => {
    if (name === 'course') return courseIn(filled)
    return texts.includes(name) ? filled.fields.getTextInputValue(name) : null
  }
  const files = filled.fields.getUploadedFiles('archive')
  return askFor(desk, filled, {
    words: wordsOf('submit', read),
    attachments: files === null ? [] : attachmentsOf(files.values()),
  })
}

/** Only the form of a place with several courses asks for one. */
function courseIn({ fields }: ModalSubmitInteraction): string | null {
  return fields.fields.has('course') ? (fields.getStringSelectValues('course')[0] ?? null) : null
}
