// What the lab finds of every simulated vendor, as a part of docs/compatibility.md.
import { overviewMarkdown } from '../../src/gateway/lab/page.ts'
import type { Report } from '../../src/gateway/lab/report.ts'
import type { Outcome } from '../lab/bridged.ts'
import { DEVIATIONS, nameOf, testimony } from '../lab/deviations.ts'
import { CASES, type Case, probeVendor } from '../lab/vendors.ts'
import { tableLine } from './page.ts'

export type Measured = ReadonlyMap<string, Report>

export const measureAll = async (): Promise<Measured> => {
  const measured = new Map<string, Report>()
  for (const each of CASES) measured.set(nameOf(each), await probeVendor(each))
  return measured
}

/** The 18 classes with where each was found and what the gateway makes of it, and every endpoint by every class. */
export const markdown = (measured: Measured, bridged: ReadonlyMap<number, readonly Outcome[]>): string => {
  const rows = DEVIATIONS.map(({ number, title, witnesses }) => {
    const said = witnesses.map((witness) => {
      const { verdict, says } = testimony(measured.get(witness.vendor), witness) ?? { verdict: 'missing', says: '' }
      return `${witness.vendor}, ${witness.aspect}: **${verdict}**, ${safe(says)}`
    })
    const made = (bridged.get(number) ?? []).map(
      ({ vendor, verdict, says }) => `${vendor}: **${verdict}**, ${safe(says.join('; ') || 'as it came')}`,
    )
    return tableLine([`${number}. ${title}`, said.join('<br>'), made.join('<br>')])
  })
  const usual = CASES.filter(({ fault }) => fault === undefined).flatMap((each) => columnOf(each, measured.get(nameOf(each))))
  return [
    '### Every class of deviation, found and bridged',
    '',
    '| class | found at | what becomes of a call |',
    '| --- | --- | --- |',
    ...rows,
    '',
    '### Can I use',
    '',
    overviewMarkdown(usual),
    '',
  ].join('\n')
}

const columnOf = ({ vendor, place }: Case, report: Report | undefined): readonly Report[] =>
  report === undefined ? [] : [{ ...report, endpoint: place === undefined ? vendor : `${vendor}, ${place}` }]

const safe = (says: string): string => says.replaceAll('|', '\\|').replaceAll('<', '&lt;')
