import fc from 'fast-check'
import { expect, test } from 'vitest'
import { escapeHtml, fillTemplate, parseTemplate } from '../../../core/mail/template.ts'

const resolve = (field: string) => (['name', '.Name'].includes(field) ? 'name' : undefined)

test('fills places, however they are written', () => {
  const template = parseTemplate('{{name}} {{ .Name }} {{- name -}}', 'text', resolve)
  expect(fillTemplate(template, () => '$& {{ name }}')).toBe('$& {{ name }} $& {{ name }} $& {{ name }}')
  expect(template.fields).toEqual(['name'])
})

test.each([
  ['a\n{{ nobody }}', 'Line 2 of the text asks for "nobody"'],
  ['{{ if .Name }}', 'Line 1 of the text asks for "if .Name"'],
  ['{{ constructor }}', 'asks for "constructor"'],
  ['a\n\n{{ name', 'Line 3 of the text opens or closes'],
  ['name }}', 'opens or closes'],
  ['{{{ name }}}', 'opens or closes'],
])('refuses %j', (text, sentence) => {
  expect(() => parseTemplate(text, 'text', resolve)).toThrow(sentence)
})

test('no value opens an element or an attribute', () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      expect(escapeHtml(text)).not.toMatch(/[<>"']|&(?!#\d+;)/)
    }),
  )
})
