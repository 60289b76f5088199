// The record of processing activities, GDPR Art. 30(1), for making and publishing a data set.
import type { Manifest } from './manifest.ts'
import { dutiesOf, many, markdownTable, orUnknown, personalText, plain } from './prose.ts'

/** The whole file, Markdown, in the order of Art. 30(1)(a) to (g). Pure: the same manifest has the same record. */
export const processingOf = (manifest: Manifest): string => {
  const { publisher, name, version, published, documents, personalData, sources, law } = manifest
  const bases = [...new Set(sources.flatMap(({ legalBases }) => legalBases))].sort()
  return `# Record of processing

${markdownTable(
  ['Art. 30(1)', ''],
  [
    ['(a) Controller', `${publisher.name}${publisher.contact === null ? '' : `, ${publisher.contact}`}`],
    ['(b) Purpose', `a corpus of texts for research and for training language models: ${name}, version ${version}`],
    ['Legal bases', orUnknown(bases)],
    ['(c) Data subjects', 'persons named in the texts; authors and owners'],
    ['(c) Categories of personal data', orUnknown(Object.keys(personalData.found))],
    [
      '(d) Recipients',
      law.verdicts.some(({ use, verdict }) => use === 'publish' && verdict === 'yes')
        ? 'the public'
        : 'those to whom an export is recorded',
    ],
    [
      '(e) Transfers to third countries',
      `home is ${law.home.join(', ')}; each export to a place outside is decided and recorded by itself`,
    ],
    [
      '(f) Erasure',
      law.consentEnds === null ? 'on request; no consent ends by a date' : `on request; the first consent ends on ${law.consentEnds}`,
    ],
    ['(g) Security', 'the files and their manifest are signed by the log of the exchange; removal is proved by its record'],
  ],
)}
Since ${published}, ${many(documents.count, 'document')}. ${personalText(manifest)} ${dutiesOf(manifest).map(plain).join(' ')}

## Personal data that were found

${markdownTable(['Class', 'Found'], Object.entries(personalData.found))}
## Sources

${markdownTable(
  ['Source', 'Documents', 'Jurisdiction', 'Legal basis'],
  sources.map(({ title, documents: count, jurisdictions, legalBases }) => [title, count, orUnknown(jurisdictions), orUnknown(legalBases)]),
)}`
}
