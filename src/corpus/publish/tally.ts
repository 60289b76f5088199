// What is counted of the rows while they are written, for the manifest.

import { Counting, type Coverage } from '../coverage/coverage.ts'
import type { Labels } from '../coverage/target.ts'
import { NO_TARGET } from '../coverage/target.ts'
import type { TokenRates } from '../coverage/tokens.ts'
import type { Group } from '../law/inherit.ts'
import { Gathering } from '../law/may.ts'
import type { Terms } from '../terms.ts'
import type { Reaped } from './harvest.ts'
import type { Manifest, ManifestSource, SourceKind } from './manifest.ts'
import type { DatasetRow } from './row.ts'

/** What is declared of a source beside its terms. */
export type SourceFacts = { readonly kind: SourceKind; readonly title: string; readonly address: string | null }

type SourceCount = {
  documents: number
  bytes: number
  from: number
  to: number
  readonly licences: Set<string | null>
  readonly owners: Set<string>
  readonly legalBases: Set<string>
  readonly jurisdictions: Set<string>
  readonly reservations: { free: number; reserved: number; unknown: number }
}

export class Tally {
  private readonly counting: Counting
  private readonly gathering = new Gathering()
  private readonly sources = new Map<string, SourceCount>()
  private readonly hosts = new Map<string, { documents: number; bytes: number }>()
  private readonly found = new Map<string, number>()

  constructor(rates: TokenRates) {
    this.counting = new Counting(rates)
  }

  add({ row, terms, findings }: Reaped): void {
    const { cells, text, id } = row
    const told = (name: Parameters<typeof cells.get>[0]): string => String(cells.get(name) ?? '')
    const { region, domain, register, period } = terms
    const labels: Labels = { language: told('language'), region, domain, register, period }
    this.counting.add(labels, text.length)
    this.gathering.add(terms, id, () => ({ source: told('source'), file: told('origin_file'), name: told('origin_name') }))
    for (const { class: name } of findings) this.found.set(name, (this.found.get(name) ?? 0) + 1)
    this.addSource(row, terms)
    const host = hostOf(told('origin_name')) ?? hostOf(told('origin_file'))
    if (host !== undefined) {
      const known = this.hosts.get(host) ?? { documents: 0, bytes: 0 }
      this.hosts.set(host, { documents: known.documents + 1, bytes: known.bytes + text.length })
    }
  }

  private addSource({ cells, text }: DatasetRow, terms: Terms): void {
    const name = String(cells.get('source'))
    const source = this.sources.get(name) ?? EMPTY()
    this.sources.set(name, source)
    const time = Number(cells.get('origin_time'))
    source.documents++
    source.bytes += text.length
    source.from = Math.min(source.from, time)
    source.to = Math.max(source.to, time)
    source.licences.add(terms.licence)
    if (terms.owner !== null) source.owners.add(terms.owner)
    if (terms.legalBasis !== null) source.legalBases.add(terms.legalBasis)
    if (terms.jurisdiction !== null) source.jurisdictions.add(terms.jurisdiction)
    source.reservations[terms.reservation === null ? 'unknown' : terms.reservation.reserved ? 'reserved' : 'free']++
  }

  terms(): readonly Group[] {
    return this.gathering.all()
  }

  /** `facts`: of each source by its name. */
  counted(facts: (source: string) => SourceFacts): Pick<Manifest, 'sources' | 'hosts' | 'languages' | 'domains' | 'regions' | 'periods'> & {
    readonly whole: Coverage['whole']
    readonly tokensFrom: string
    readonly personalData: Record<string, number>
  } {
    const { whole, tokensFrom, dimensions } = this.counting.report(NO_TARGET)
    const rowsOf = (rows: Coverage['dimensions']['language']) =>
      rows.map(({ name, documents, bytes, tokens }) => ({ name, documents, bytes, tokens }))
    return {
      whole,
      tokensFrom: tokensFrom.says,
      languages: rowsOf(dimensions.language),
      domains: rowsOf(dimensions.domain),
      regions: rowsOf(dimensions.region),
      periods: rowsOf(dimensions.period),
      sources: [...this.sources].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, each]) => sourceOf(name, each, facts(name))),
      hosts: [...this.hosts].map(([host, each]) => ({ host, ...each })).sort((a, b) => b.bytes - a.bytes || (a.host < b.host ? -1 : 1)),
      personalData: Object.fromEntries([...this.found].sort(([a], [b]) => (a < b ? -1 : 1))),
    }
  }
}

const EMPTY = (): SourceCount => ({
  documents: 0,
  bytes: 0,
  from: Number.POSITIVE_INFINITY,
  to: Number.NEGATIVE_INFINITY,
  licences: new Set(),
  owners: new Set(),
  legalBases: new Set(),
  jurisdictions: new Set(),
  reservations: { free: 0, reserved: 0, unknown: 0 },
})

const sourceOf = (name: string, each: SourceCount, facts: SourceFacts): ManifestSource => ({
  name,
  ...facts,
  documents: each.documents,
  bytes: each.bytes,
  from: dayIn(each.from),
  to: dayIn(each.to),
  licences: [...each.licences].sort((a, b) => ((a ?? '') < (b ?? '') ? -1 : 1)),
  owners: [...each.owners].sort(),
  legalBases: [...each.legalBases].sort(),
  jurisdictions: [...each.jurisdictions].sort(),
  reservations: each.reservations,
})

/** Null for no time at all; a file that has none stands at 0. */
const dayIn = (time: number): string | null => (Number.isFinite(time) && time > 0 ? new Date(time).toISOString().slice(0, 10) : null)

/** The host of an address; undefined for what is none. */
const hostOf = (name: string): string | undefined => {
  const [, host] = /^https?:\/\/(?:[^/@]*@)?([^/:?#]+)/i.exec(name) ?? []
  return host?.toLowerCase()
}
