import { isJsonObject, type Json, type JsonObject, numberOf } from '../../core/json.ts'
import { err, ok, type Result } from '../../core/result.ts'
import type { Unreadable } from './dialect.ts'

/** Where the first thing that cannot be read is noted. One for each decoding; shared by all readers of it. */
export class Reading {
  private first: Unreadable | undefined

  /** Notes a failure unless there is one already; `parameter` is where, `message` continues "`parameter` …". */
  fail(parameter: string, message: string): undefined {
    this.first ??= { kind: 'unreadable', message: parameter === '' ? message : `\`${parameter}\` ${message}`, parameter: parameter || null }
  }

  /** The value, unless something could not be read on the way. */
  conclude<T>(value: T): Result<T, Unreadable> {
    return this.first === undefined ? ok(value) : err(this.first)
  }
}

/**
 * Reads an object's members by name, remembers which were read, and hands out the rest: nothing of a caller's is overlooked (G4).
 * A member that is absent or null is undefined; one of another type is noted as a failure and undefined.
 */
export class Members {
  readonly path: string
  private readonly reading: Reading
  private readonly object: JsonObject
  private readonly taken = new Set<string>()

  constructor(object: JsonObject, reading: Reading, path = '') {
    this.object = object
    this.reading = reading
    this.path = path
  }

  text(name: string): string | undefined {
    return this.typed(name, 'string', 'must be a text') as string | undefined
  }

  number(name: string): number | undefined {
    const value = this.value(name)
    return value === undefined || value === null ? undefined : (numberOf(value) ?? this.fail(name, 'must be a number'))
  }

  boolean(name: string): boolean | undefined {
    return this.typed(name, 'boolean', 'must be true or false') as boolean | undefined
  }

  /** A whole number that JavaScript holds exactly. */
  integer(name: string): number | undefined {
    const value = this.number(name)
    return value === undefined || Number.isSafeInteger(value) ? value : this.fail(name, 'must be a whole number')
  }

  child(name: string): JsonObject | undefined {
    const value = this.value(name)
    if (value === undefined || value === null || isJsonObject(value)) return value ?? undefined
    return this.fail(name, 'must be an object')
  }

  members(name: string): Members | undefined {
    const value = this.child(name)
    return value === undefined ? undefined : new Members(value, this.reading, this.at(name))
  }

  list(name: string): readonly Json[] | undefined {
    const value = this.value(name)
    if (value === undefined || value === null || Array.isArray(value)) return (value as readonly Json[] | null | undefined) ?? undefined
    return this.fail(name, 'must be a list')
  }

  /** Readers for the objects of a list; an element that is none is a failure. */
  each(name: string): readonly Members[] | undefined {
    const list = this.list(name)
    if (list === undefined) return undefined
    const readers: Members[] = []
    list.forEach((value, index) => {
      if (isJsonObject(value)) readers.push(new Members(value, this.reading, `${this.at(name)}.${index}`))
      else this.reading.fail(`${this.at(name)}.${index}`, 'must be an object')
    })
    return readers
  }

  texts(name: string): readonly string[] | undefined {
    const list = this.list(name)
    if (list === undefined || list.every((value) => typeof value === 'string')) return list as readonly string[] | undefined
    return this.fail(name, 'must be a list of texts')
  }

  /** One of these words. */
  word<const W extends string>(name: string, words: readonly W[]): W | undefined {
    const value = this.text(name)
    if (value === undefined || (words as readonly string[]).includes(value)) return value as W | undefined
    return this.fail(name, `must be one of ${words.join(', ')}`)
  }

  /** The value as it stands. */
  value(name: string): Json | undefined {
    this.taken.add(name)
    return Object.hasOwn(this.object, name) ? this.object[name] : undefined
  }

  has(name: string): boolean {
    return Object.hasOwn(this.object, name) && this.object[name] !== null
  }

  /** Notes that a member which must be there is not. */
  missing(name: string): undefined {
    return this.fail(name, 'is missing')
  }

  fail(name: string, message: string): undefined {
    return this.reading.fail(this.at(name), message)
  }

  /** Members that were not asked for, nulls left out; undefined when there are none. */
  rest(): JsonObject | undefined {
    const left = Object.entries(this.object).filter(([name, value]) => !this.taken.has(name) && value !== null)
    return left.length === 0 ? undefined : Object.fromEntries(left)
  }

  private typed(name: string, type: 'string' | 'boolean', message: string): Json | undefined {
    const value = this.value(name)
    if (value === undefined || value === null || typeof value === type) return value ?? undefined
    return this.fail(name, message)
  }

  private at(name: string): string {
    return this.path === '' ? name : `${this.path}.${name}`
  }
}
