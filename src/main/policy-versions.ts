// The policies that were in force: each kept whole, with who put it there and which record says so, so that it can be read, compared and taken back.
import { mkdirSync, readdirSync } from 'node:fs'
import { readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { canonicalJson, isJsonObject, type JsonObject, parseJson } from '../core/json.ts'
import { err, ok, type Result } from '../core/result.ts'
import { type EpochMillis, epochMillis } from '../core/units.ts'
import type { PolicyText } from '../policy/parse.ts'
import { codeOf, replaceFile } from '../store/durable.ts'
import type { Configuration } from './config-schema.ts'
import { sha256Hex } from './digest.ts'
import { objectsIn, text, textsIn } from './members.ts'

/** Who put a policy in force, and why, where a person did. */
export type PolicyOrder = { readonly by: readonly string[]; readonly reason?: string }

/** A text of policies and where it is from: a preset that ships, or a file of the owner’s. */
export type NamedText = PolicyText & { readonly origin: 'preset' | 'file' }

export type PolicyVersion = {
  /** Counted from 1. */
  readonly number: number
  readonly at: EpochMillis
  /** Nobody, where it was found when the exchange started. */
  readonly by: readonly string[]
  readonly reason: string
  /** The digest that records of calls carry. */
  readonly digest: string
  /** Of names and texts alone: what stays the same when the day or the configuration around them changes. */
  readonly edition: string
  /** Index of the record of the log that says it came into force. */
  readonly record: number
  readonly texts: readonly NamedText[]
}
export type VersionFailure = { readonly kind: 'versions'; readonly message: string }

/** The texts of a law, each with its origin: a preset stands first, and nothing else can have its name. */
export const namedTexts = ({ policy }: Configuration, texts: readonly PolicyText[]): readonly NamedText[] =>
  texts.map((each, index) => ({ ...each, origin: index === 0 && policy.preset !== undefined ? 'preset' : 'file' }))

/** `sha256:` and the digest of these names and texts, in their order. */
export const editionOf = (texts: readonly PolicyText[]): string =>
  `sha256:${sha256Hex(canonicalJson(texts.map(({ name, text }) => ({ name, text }))))}`

const MOST_VERSIONS = 200
const LIMITS = { maxLength: 32 << 20, maxDepth: 6 }

/** One file for each version, in a folder of the data directory that this alone writes; the oldest go when there are too many. */
export class PolicyVersions {
  readonly #folder: string

  constructor(folder: string) {
    this.#folder = folder
  }

  /** Newest first. A file that cannot be read is left out: it can no longer be taken back, and hides no other. */
  async list(): Promise<readonly PolicyVersion[]> {
    const read = await Promise.all(this.#numbers().map((number) => this.find(number)))
    return read.filter((version) => version !== undefined).reverse()
  }

  async find(number: number): Promise<PolicyVersion | undefined> {
    try {
      return readVersion(number, await readFile(this.#path(number), 'utf8'))
    } catch {
      return undefined
    }
  }

  /** Keeps this version, unless it has the texts of the newest one. Durable when it resolves. */
  async keep(version: Omit<PolicyVersion, 'number' | 'edition'>): Promise<Result<void, VersionFailure>> {
    const edition = editionOf(version.texts)
    try {
      mkdirSync(this.#folder, { recursive: true, mode: 0o700 })
      const numbers = this.#numbers()
      const last = numbers.at(-1) ?? 0
      if ((await this.find(last))?.edition === edition) return ok(undefined)
      const { texts, by, ...rest } = version
      const members = canonicalJson({ ...rest, edition, by: [...by], texts: texts.map((each) => ({ ...each })) })
      await replaceFile(this.#path(last + 1), `${members}\n`, this.#folder, 0o600)
      for (const old of numbers.slice(0, Math.max(0, numbers.length + 1 - MOST_VERSIONS))) await rm(this.#path(old), { force: true })
      return ok(undefined)
    } catch (thrown) {
      const message = `the policy in force could not be kept in \`${this.#folder}\`: ${codeOf(thrown) || 'unwritable'}`
      return err({ kind: 'versions', message })
    }
  }

  /** In order. */
  #numbers(): readonly number[] {
    try {
      return readdirSync(this.#folder)
        .flatMap((name) => (/^[1-9]\d*\.json$/.test(name) ? [Number.parseInt(name, 10)] : []))
        .sort((one, other) => one - other)
    } catch {
      return []
    }
  }

  #path(number: number): string {
    return join(this.#folder, `${number}.json`)
  }
}

const readVersion = (number: number, content: string): PolicyVersion | undefined => {
  const parsed = parseJson(content, LIMITS)
  if (!parsed.ok || !isJsonObject(parsed.value)) return undefined
  const { at, record, by, texts } = parsed.value
  if (typeof at !== 'number' || typeof record !== 'number') return undefined
  const textOf = (each: JsonObject): NamedText => ({
    name: text(each, 'name') ?? '',
    text: text(each, 'text') ?? '',
    origin: each.origin === 'preset' ? 'preset' : 'file',
  })
  return {
    number,
    at: epochMillis(at),
    record,
    by: textsIn(by),
    reason: text(parsed.value, 'reason') ?? '',
    digest: text(parsed.value, 'digest') ?? '',
    edition: text(parsed.value, 'edition') ?? '',
    texts: objectsIn(texts).map(textOf),
  }
}
