// The public summary of training content, AI Act Art. 53(1)(d), in the order of the Commission's template (C(2025) 5235, formally C(2025) 8311): a model's
// provider fills in what is of the model; all that is of the data stands here already.
import type { Manifest, ManifestSource, SourceKind } from './manifest.ts'
import { bytesText, dutiesOf, grouped, languageText, many, markdownTable, orUnknown, personalText, plain } from './prose.ts'

/** The whole file, Markdown. Pure: the same manifest has the same summary. */
export const summaryOf = (manifest: Manifest): string => {
  const { publisher, name, version, documents, languages, sources, published } = manifest
  const latest = sources
    .flatMap(({ to }) => to ?? [])
    .sort()
    .at(-1)
  return `# Public summary of training content

For a model trained on \`${name}\` version ${version}. Template of the AI Office under Article 53(1)(d) of Regulation (EU) 2024/1689. Lines in brackets are for the provider of the model.

## 1. General information

### 1.1 Provider

${markdownTable(
  ['', ''],
  [
    ['Provider of the data', publisher.name],
    ['Contact', publisher.contact ?? '[contact]'],
    ['Provider of the model, and authorised representative', '[name and contact]'],
  ],
)}
### 1.2 Model

[versioned name of the model; model it was made from; date of placement on the Union market]

### 1.3 Modalities, size and other characteristics

${markdownTable(
  ['', ''],
  [
    ['Modality', 'Text'],
    ['Size', `${sizeRange(documents.tokens)} (about ${grouped(documents.tokens)}; ${documents.tokensFrom})`],
    ['Types of content', orUnknown(manifest.domains.map(({ name: domain }) => domain))],
    ['Latest date of acquisition', latest ?? 'unknown'],
    ['Data set published', published],
    ['Languages', languages.map(({ name: code, tokens }) => `${languageText(code)} ${share(tokens, documents.tokens)}`).join(', ')],
    ['Regions', orUnknown(manifest.regions.map(({ name: region }) => region))],
  ],
)}
## 2. Data sources

${SECTIONS.map(([kind, heading]) =>
  section(
    heading,
    sources.filter((each) => each.kind === kind),
  ),
).join('')}### Most relevant domain names of crawled data

${topHosts(manifest)}
## 3. Data processing

### 3.1 Reservations of rights (Directive (EU) 2019/790, Art. 4(3))

${markdownTable(
  ['Source', 'Free', 'Reserved', 'Nobody looked'],
  sources.map(({ title, reservations }) => [title, reservations.free, reservations.reserved, reservations.unknown]),
)}
A document whose rights are reserved is used only on a basis of its own, such as a contract. ${dutiesOf(manifest).map(plain).join(' ')}

### 3.2 Removal of illegal and unwanted content

${personalText(manifest)}

${markdownTable(
  ['Left out because', 'Documents'],
  manifest.leftOut.map(({ because, documents: count }) => [because, count]),
)}
### 3.3 Other

Root of the tree of documents: \`${documents.root}\`. Whether a document is among them can be proved with the index of the data set.
`
}

const SECTIONS: readonly (readonly [SourceKind, string])[] = [
  ['public-data-set', '2.1 Publicly available data sets'],
  ['licensed', '2.2.1 Private data sets, licensed by rightsholders'],
  ['third-party', '2.2.2 Private data sets from other third parties'],
  ['crawled', '2.3 Data crawled and scraped'],
  ['user-data', '2.4 User data'],
  ['synthetic', '2.5 Synthetic data'],
  ['other', '2.6 Other sources'],
]

const section = (heading: string, sources: readonly ManifestSource[]): string => `### ${heading}

${markdownTable(
  ['Source', 'Where', 'Documents', 'Text', 'Collected', 'Licences', 'Legal basis'],
  sources.map((each) => [
    each.title,
    each.address ?? 'not published',
    each.documents,
    bytesText(each.bytes),
    each.from === null ? 'unknown' : `${each.from} to ${each.to}`,
    orUnknown(each.licences),
    orUnknown(each.legalBases),
  ]),
)}
`

/** The ranges of the template for text. */
const sizeRange = (tokens: number): string => {
  if (tokens < 1e9) return 'Less than 1 billion tokens'
  return tokens <= 1e13 ? '1 billion to 10 trillion tokens' : 'More than 10 trillion tokens'
}

const share = (part: number, whole: number): string => (whole === 0 ? '' : `${((100 * part) / whole).toFixed(1)} %`)

/** The top tenth of all domain names, by the size of what was taken from each. */
export const TOP_SHARE = 0.1
const topHosts = ({ hosts }: Manifest): string => {
  const top = hosts.slice(0, Math.ceil(hosts.length * TOP_SHARE))
  return `${many(hosts.length, 'domain name')} in all; the top 10 % by size:

${markdownTable(
  ['Domain name', 'Documents', 'Text'],
  top.map(({ host, documents, bytes }) => [host, documents, bytesText(bytes)]),
)}`
}
