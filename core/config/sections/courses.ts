import { z } from 'zod'
import { list } from '../collections.ts'

export const courses = z.object({
  files: list(
    'Course files, or globs over them; `courses:` may also be this list itself. Without any, the installation is one course.',
    [],
    (file) => (/^[^\p{Cc}]{1,1000}$/u.test(file) ? undefined : 'is no path'),
  ),
})
