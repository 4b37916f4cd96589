import { Ajv2020, type ErrorObject } from 'ajv/dist/2020.js'
import formats from 'ajv-formats'
import type { Schema } from './document.ts'

/** Says what is wrong with a value; `undefined` when nothing is. */
type Check = (value: unknown) => string | undefined

export interface Validators {
  /** A schema of the description by name. */
  named(name: string): Check | undefined
  /** Any schema; `key` tells one from another. */
  anonymous(key: string, schema: Schema): Check
}

const prefix = 'discord:'

/** Every schema gets an address of its own, so that ajv compiles each once, when it is first used. */
const addressed = (schema: Schema): Schema =>
  JSON.parse(JSON.stringify(schema).replaceAll('#/components/schemas/', prefix))

/** The deepest complaints are the ones about the alternative that was meant. */
const explain = (errors: readonly ErrorObject[]): string => {
  const depth = Math.max(...errors.map(({ instancePath }) => instancePath.split('/').length))
  const deepest = errors.filter(({ instancePath }) => instancePath.split('/').length === depth)
  const texts = deepest.map(({ instancePath, message, params }) => {
    return `${instancePath || '/'} ${message} ${JSON.stringify(params)}`
  })
  return [...new Set(texts)].slice(0, 4).join('; ')
}

const createAjv = (schemas: Readonly<Record<string, Schema>>): Ajv2020 => {
  const ajv = new Ajv2020({ strict: false, inlineRefs: false, validateSchema: false, code: { optimize: false } })
  formats.default(ajv)
  ajv.addFormat('snowflake', /^\d{1,20}$/)
  ajv.addFormat('nonce', true)
  for (const [name, schema] of Object.entries(schemas)) ajv.addSchema(addressed(schema), prefix + name)
  return ajv
}

export const createValidators = (schemas: Readonly<Record<string, Schema>>): Validators => {
  const ajv = createAjv(schemas)
  const check = (key: string): Check | undefined => {
    const validate = ajv.getSchema(key)
    if (!validate) return undefined
    return (value) => (validate(value) === true ? undefined : explain(validate.errors ?? []))
  }
  return {
    named: (name) => check(prefix + name),
    anonymous(key, schema) {
      const id = `${prefix}${key}`
      if (!check(id)) ajv.addSchema(addressed(schema), id)
      const added = check(id)
      if (!added) throw new Error(`no schema ${key}`)
      return added
    },
  }
}
