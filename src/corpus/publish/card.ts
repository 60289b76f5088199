// The card of a data set: Markdown with the head that hubs of data sets read (Hugging Face, "Dataset Cards").
import type { Manifest } from './manifest.ts'
import { bytesText, dutiesOf, languageText, many, markdownTable, orUnknown, personalText, plain } from './prose.ts'
import { COLUMNS } from './row.ts'

/** The whole file. Pure: the same manifest has the same card. */
export const cardOf = (manifest: Manifest): string => {
  const { title, description, name, version, published, publisher, documents, lineage, previous } = manifest
  return `${head(manifest)}
# ${plain(title)}

${description === '' ? '' : `${plain(description)}\n\n`}${many(documents.count, 'document')}, ${bytesText(documents.bytes)} of text, about ${many(documents.tokens, 'token')} (${documents.tokensFrom}).
Version ${version} of \`${name}\`, published on ${published} by ${plain(publisher.name)}.${previous === null ? '' : ` It follows version ${previous.version}.`}

## What it may be used for

${dutiesOf(manifest).map(plain).join(' ')}

${markdownTable(
  ['Use', 'Verdict'],
  manifest.law.verdicts.map(({ use, verdict }) => [use, verdict]),
)}
${manifest.law.attribution.length === 0 ? '' : `To be named: ${manifest.law.attribution.map(plain).join('; ')}.\n\n`}Each document carries its own licence, owner and origin in its columns. This is computed from what its sources declared; it is not legal advice.

## Sources

${markdownTable(
  ['Source', 'Documents', 'Text', 'Licences', 'Owners'],
  manifest.sources.map((each) => [each.title, each.documents, bytesText(each.bytes), orUnknown(each.licences), orUnknown(each.owners)]),
)}
## Languages

${markdownTable(
  ['Language', 'Documents', 'Tokens'],
  manifest.languages.map(({ name: code, documents: count, tokens }) => [languageText(code), count, tokens]),
)}
## Personal data

${personalText(manifest)}

${markdownTable(['Class', 'Found'], Object.entries(manifest.personalData.found))}
## What was left out

${markdownTable(
  ['Because', 'Documents'],
  manifest.leftOut.map(({ because, documents: count }) => [because, count]),
)}
## Columns

${markdownTable(
  ['Column', 'Holds'],
  COLUMNS.map(({ name: column, about }) => [column, about]),
)}
## Proof

The manifest is signed by the log of the exchange that made this. Root of the tree of documents: \`${documents.root}\`; of files: \`${manifest.filesRoot}\`.
Made by run ${plain(lineage.run)} from the declaration \`${lineage.declaration}\`. \`allod corpus verify\` checks every byte of it offline.
`
}

const head = ({ title, languages, law, documents, name }: Manifest): string => {
  const codes = languages.flatMap(({ name: code }) => (code === null || code === 'und' ? [] : [code]))
  const lines = (heading: string, values: readonly string[]): string =>
    values.length === 0 ? '' : `${heading}:\n${values.map((value) => `- ${JSON.stringify(value)}\n`).join('')}`
  return `---
pretty_name: ${JSON.stringify(title)}
${lines('language', codes)}license: ${JSON.stringify(hubLicence(law.under[0]))}
${law.under[0] === undefined ? '' : `license_name: ${JSON.stringify(law.under[0])}\n`}size_categories:
- ${JSON.stringify(sizeOf(documents.count))}
configs:
- config_name: ${JSON.stringify(name)}
  data_files: "part-*.parquet"
---
`
}

/** Hubs know licences by their SPDX ids in lower case. */
const hubLicence = (id: string | undefined): string => id?.toLowerCase() ?? 'other'

const sizeOf = (count: number): string => {
  const steps: readonly (readonly [number, string])[] = [
    [1e3, 'n<1K'],
    [1e4, '1K<n<10K'],
    [1e5, '10K<n<100K'],
    [1e6, '100K<n<1M'],
    [1e7, '1M<n<10M'],
    [1e8, '10M<n<100M'],
    [1e9, '100M<n<1B'],
  ]
  return steps.find(([limit]) => count < limit)?.[1] ?? 'n>1T'
}
