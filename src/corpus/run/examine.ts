// One visit to a pack: all blocks that have not seen it yet, one after another, while its text is at hand.
import { parseJson } from '../../core/json.ts'
import { ok, type Result } from '../../core/result.ts'
import type { BlockName, Examine } from '../block.ts'
import { fingerprintOf } from '../clusters/fingerprint.ts'
import { type CorpusFailure, damaged } from '../failure.ts'
import { Pack } from '../pack.ts'
import type { CorpusStorage } from '../ports.ts'
import { type Digest, jsonText, type Sections, section } from '../sections.ts'
import { fingerprintKey, placesKey, type Search } from './keys.ts'
import { type Step, stepsOf } from './pipeline.ts'
import type { Seen } from './task.ts'

type Failing<T> = Result<T, CorpusFailure>
/** A block's function, prepared at most once in each thread, and only when a pack needs it. */
export type Prepared = (block: BlockName) => Promise<Failing<Examine>>
export type ExaminePorts = { readonly storage: CorpusStorage; readonly prepared: Prepared }

/** Carries out the steps of a pack that do not lie there, and tells what its rules dropped. `opened`: the pack, where it is in memory already. */
export const examinePack = async (
  search: Search,
  pack: Digest,
  { storage, prepared }: ExaminePorts,
  opened?: Pack,
): Promise<Failing<Seen>> => {
  const visit = new Visit(pack, stepsOf(search.pipeline, pack), storage, opened)
  const ran: string[] = []
  for (const step of visit.steps) {
    if (storage.has('steps', step.key)) continue
    const done = await visit.carryOut(step, prepared)
    if (!done.ok) return done
    ran.push(step.stage.block)
  }
  const fingerprint = fingerprintKey(search, pack)
  if (fingerprint !== undefined && !storage.has('steps', fingerprint)) {
    const written = visit.writeFingerprint(fingerprint, search)
    if (!written.ok) return written
    ran.push('fingerprint')
  }
  if (!storage.has('steps', placesKey(pack))) {
    const written = visit.writePlaces()
    if (!written.ok) return written
    ran.push('places')
  }
  const dropped = visit.has('judge') ? countRules(visit.sections('judge')) : ok({})
  return dropped.ok ? ok({ dropped: dropped.value, ran }) : dropped
}

/** What was read and made of one pack so far. */
class Visit {
  readonly steps: readonly Step[]
  private readonly pack: Digest
  private readonly storage: CorpusStorage
  private readonly found: Partial<Record<BlockName, Sections>> = {}
  private opened: Failing<Pack> | undefined

  constructor(pack: Digest, steps: readonly Step[], storage: CorpusStorage, opened: Pack | undefined) {
    if (opened !== undefined) this.opened = ok(opened)
    this.pack = pack
    this.steps = steps
    this.storage = storage
  }

  has(block: BlockName): boolean {
    return this.steps.some(({ stage }) => stage.block === block)
  }

  texts(): Failing<Pack> {
    this.opened ??= openPack(this.storage, this.pack)
    return this.opened
  }

  sections(block: BlockName): Failing<Sections> {
    const known = this.found[block]
    if (known !== undefined) return ok(known)
    const step = this.steps.find(({ stage }) => stage.block === block)
    if (step === undefined) return damaged(`no block \`${block}\` stands in the pipeline, and another reads what it finds`)
    const read = this.storage.read('steps', step.key)
    if (read.ok) this.found[block] = read.value
    return read
  }

  async carryOut({ stage, key }: Step, prepared: Prepared): Promise<Failing<void>> {
    const texts = this.texts()
    if (!texts.ok) return texts
    for (const block of stage.reads) {
      const read = this.sections(block)
      if (!read.ok) return read
    }
    const examine = await prepared(stage.block)
    const made = examine.ok ? examine.value(texts.value, this.found) : examine
    if (!made.ok) return made
    this.found[stage.block] = made.value
    return this.storage.write('steps', key, made.value)
  }

  writePlaces(): Failing<void> {
    const texts = this.texts()
    return texts.ok ? this.storage.write('steps', placesKey(this.pack), texts.value.withoutTexts()) : texts
  }

  writeFingerprint(key: Digest, { settings }: Search): Failing<void> {
    const [texts, signature] = [this.texts(), this.sections('signature')]
    if (!texts.ok) return texts
    const made = signature.ok ? fingerprintOf(texts.value, signature.value, settings) : signature
    return made.ok ? this.storage.write('steps', key, made.value) : made
  }
}

/** A pack whose texts nobody asks for. */
export const openPlaces = (storage: CorpusStorage, pack: Digest): Failing<Pack> => {
  const places = storage.has('steps', placesKey(pack)) ? storage.read('steps', placesKey(pack)) : storage.read('packs', pack)
  return places.ok ? Pack.of(places.value) : places
}

export const openPack = (storage: CorpusStorage, pack: Digest): Failing<Pack> => {
  const sections = storage.read('packs', pack)
  return sections.ok ? Pack.of(sections.value) : sections
}

/** How many documents each rule dropped; the rule `kept` is none. */
const countRules = (judged: Failing<Sections>): Failing<Record<string, number>> => {
  if (!judged.ok) return judged
  const names = namesIn(judged.value, 'rules')
  const rules = section(judged.value, 'rule', Uint16Array)
  if (!names.ok) return names
  if (!rules.ok) return rules
  const counts = new Uint32Array(names.value.length)
  for (const rule of rules.value) counts[rule] = (counts[rule] ?? 0) + 1
  const dropped = names.value.map((name, index) => [name, counts[index] ?? 0] as const).filter(([, count], index) => index > 0 && count > 0)
  return ok(Object.fromEntries(dropped))
}

/** The names in a section that is a JSON array of them. */
export const namesIn = (sections: Sections, name: string): Failing<readonly string[]> => {
  const bytes = section(sections, name, Uint8Array)
  if (!bytes.ok) return bytes
  const names = parseJson(jsonText(bytes.value), { maxLength: bytes.value.length, maxDepth: 2 })
  return names.ok && Array.isArray(names.value) ? ok(names.value.map(String)) : damaged(`section \`${name}\` holds no list of names`)
}
