/** Query parameters that several routes take: text to a value, and what documents say of each. */
import { z } from 'zod'
import { parseId } from '../live/start.ts'
import { defaultAccount } from '../model.ts'
import { parseInstant } from './instant.ts'

/** A parameter read by `parse`; undefined from it = not what was expected. `json` is its JSON Schema. */
function parameter<T>(expectation: string, json: Record<string, unknown>, parse: (text: string) => T | undefined) {
  return z
    .string(expectation)
    .transform((text, context) => {
      const value = parse(text)
      if (value !== undefined) return value
      context.addIssue({ code: 'custom', message: expectation })
      return z.NEVER
    })
    .meta(json)
}

/** A bound: an instant, ISO 8601 UTC with milliseconds; null where it is empty, which is no bound. */
export function instant(description: string) {
  return parameter(
    'ISO 8601 with any offset (2026-02-28T09:00:00+01:00; without one it is UTC), or seconds since 1970',
    {
      description: `${description}. ISO 8601 with any offset (without one: UTC), or seconds since 1970`,
      examples: ['2026-02-28T09:00:00+01:00', '1772265600'],
    },
    text => (text === '' ? null : parseInstant(text)),
  )
}

export function whole(min: number, max: number, description: string) {
  return parameter(`a whole number from ${min} to ${max}`, { type: 'integer', minimum: min, maximum: max, description }, text => {
    const value = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN
    return value >= min && value <= max ? value : undefined
  })
}

/** Python writes True and False. */
const flags: ReadonlyMap<string, boolean> = new Map([
  ['true', true],
  ['1', true],
  ['false', false],
  ['0', false],
])

/** `default` is what counts when the parameter is absent. */
export function flag(description: string) {
  return parameter('true or false', { type: 'boolean', description }, text => flags.get(text.toLowerCase()))
}

export function oneOf<const T extends string>(words: readonly T[], description: string) {
  return parameter(`one of ${words.join(', ')}`, { enum: [...words], description }, text => words.find(word => word === text))
}

/** Words separated by commas. */
export function someOf<const T extends string>(words: readonly T[], description: string) {
  const json = { description: `${description} Several are separated by commas.`, examples: [words.slice(0, 2).join(',')] }
  return parameter(`one or more of ${words.join(', ')}, separated by commas`, json, text => {
    const given = text.split(',').map(word => words.find(known => known === word.trim()))
    return given.every(word => word !== undefined) ? [...new Set(given)] : undefined
  })
}

export function words(maxLength: number, description: string) {
  return parameter(`1 to ${maxLength} characters`, { minLength: 1, maxLength, description }, text =>
    text.trim() !== '' && text.length <= maxLength ? text.trim() : undefined,
  )
}

/** The id of an event, as it is given out: a whole number. */
export function eventId(description: string) {
  return parameter(
    'the id of an event, a whole number; 0 for everything that is kept',
    { type: 'integer', minimum: 0, description },
    text => parseId(text) ?? undefined,
  )
}

/** Which account; every route about one takes it. */
export const sessionParameter = parameter(
  'the id of a session',
  { default: defaultAccount, description: 'The session (account); today there is one' },
  text => (/^[\w.-]{1,64}$/.test(text) ? text : undefined),
).default(defaultAccount)
