import { type Document, type Operation, readDocument, type Schema } from './document.ts'
import { undescribedKeys, undescribedStatuses } from './gaps.ts'
import { createValidators, type Validators } from './validators.ts'

/** Compares what goes over the wire with Discord's description of its API. Each check says what is wrong, if anything. */
export interface Specification {
  /** False where the description is missing: then nothing is checked. */
  readonly present: boolean
  /** `METHOD /path/{parameter}` of an operation. */
  routeOf(operation: string): string | undefined
  checkRequest(operation: string, query: URLSearchParams, body: unknown): string | undefined
  checkAnswer(operation: string, status: number, body: unknown): string | undefined
  /** A part of a gateway event that the HTTP API describes too. */
  checkPart(schema: string, value: unknown): string | undefined
}

const absent: Specification = {
  present: false,
  routeOf: () => undefined,
  checkRequest: () => undefined,
  checkAnswer: () => undefined,
  checkPart: () => undefined,
}

/** The names a schema gives to the keys of an object, through references and alternatives. */
const keysOf = (schemas: Document['schemas'], schema: Schema): Set<string> => {
  const { $ref, allOf, anyOf, oneOf, properties } = schema
  const parts = [allOf, anyOf, oneOf].flatMap((part) => (Array.isArray(part) ? part : []))
  const referred = typeof $ref === 'string' ? schemas[$ref.replace('#/components/schemas/', '')] : undefined
  const inner = [...parts, ...(referred ? [referred] : [])].flatMap((part) => [...keysOf(schemas, part)])
  return new Set([...inner, ...Object.keys(properties ?? {})])
}

const unknownKeys = (document: Document, { operationId }: Operation, schema: Schema, body: unknown): string[] => {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) return []
  const known = keysOf(document.schemas, schema)
  const gaps = undescribedKeys[operationId] ?? []
  return Object.keys(body).filter((key) => !known.has(key) && !gaps.includes(key))
}

const checkQuery = ({ parameters = [] }: Operation, query: URLSearchParams): string | undefined => {
  const known = parameters.filter((parameter) => parameter.in === 'query').map(({ name }) => name)
  const unknown = [...query.keys()].filter((name) => !known.includes(name))
  return unknown.length > 0 ? `unknown query ${unknown.join(', ')}` : undefined
}

const checkBody = (document: Document, validators: Validators, operation: Operation, body: unknown) => {
  const { requestBody, operationId } = operation
  const schema = requestBody?.content['application/json']?.schema
  if (!schema) return body === undefined ? undefined : 'no body is described'
  if (body === undefined) return requestBody?.required ? 'the body is missing' : undefined
  const unknown = unknownKeys(document, operation, schema, body)
  if (unknown.length > 0) return `unknown keys ${unknown.join(', ')}`
  return validators.anonymous(`${operationId}/request`, schema)(body)
}

const errorSchema = (status: number): string => (status === 429 ? 'RatelimitedResponse' : 'ErrorResponse')

const checkAnswer = (validators: Validators, operation: Operation, status: number, body: unknown) => {
  if (undescribedStatuses(status)) return undefined
  if (status >= 400) return validators.named(errorSchema(status))?.(body)
  const response = operation.responses[status]
  if (!response) return `status ${status} is not described`
  const schema = response.content?.['application/json']?.schema
  if (!schema) return body === undefined ? undefined : 'no body is described'
  return validators.anonymous(`${operation.operationId}/${status}`, schema)(body)
}

/** What every test file uses is compiled before its first interaction has a deadline to meet. */
const warmUp = (validators: Validators): void => {
  for (const name of ['MessageCreateRequest', 'MessageResponse', 'ThreadResponse']) validators.named(name)
}

const createSpecification = (document: Document): Specification => {
  const validators = createValidators(document.schemas)
  warmUp(validators)
  const withOperation = <Result>(id: string, check: (operation: Operation) => Result): Result | string => {
    const operation = document.operations.get(id)
    return operation ? check(operation) : `no operation ${id} is described`
  }
  return {
    present: true,
    routeOf(id) {
      const operation = document.operations.get(id)
      return operation && `${operation.method} ${operation.path}`
    },
    checkRequest: (id, query, body) =>
      withOperation(id, (operation) => {
        return checkQuery(operation, query) ?? checkBody(document, validators, operation, body)
      }),
    checkAnswer: (id, status, body) =>
      withOperation(id, (operation) => checkAnswer(validators, operation, status, body)),
    checkPart: (name, value) => validators.named(name)?.(value),
  }
}

let loaded: Specification | undefined

/** Read and compiled once a process; it holds no state of any test. */
export const loadSpecification = (): Specification => {
  const document = loaded ? undefined : readDocument()
  loaded ??= document ? createSpecification(document) : absent
  return loaded
}
