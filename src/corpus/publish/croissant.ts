// Metadata of a data set for machines: Croissant 1.1 (http://mlcommons.org/croissant/1.1), with provenance in PROV-O and conditions of use in ODRL.
import type { Json, JsonObject } from '../../core/json.ts'
import type { Manifest, ManifestFile } from './manifest.ts'
import { dutiesOf } from './prose.ts'
import { COLUMNS, type Column } from './row.ts'

export const CROISSANT = 'http://mlcommons.org/croissant/1.1'

/** The JSON-LD document. Pure: the same manifest has the same metadata. */
export const croissantOf = (manifest: Manifest): JsonObject => {
  const { name, title, description, version, published, publisher, languages, law } = manifest
  const organisation: JsonObject = {
    '@type': 'sc:Organization',
    name: publisher.name,
    ...(publisher.contact === null ? {} : { email: publisher.contact }),
  }
  return {
    '@context': CONTEXT,
    '@type': 'sc:Dataset',
    '@id': `urn:allod:data-set:${name}:${version}`,
    conformsTo: CROISSANT,
    name,
    alternateName: title,
    description: description === '' ? title : description,
    url: `urn:allod:data-set:${name}:${version}`,
    version,
    datePublished: published,
    citeAs: citation(manifest),
    creator: organisation,
    publisher: organisation,
    license: law.under.length === 0 ? ['https://spdx.org/licenses/'] : law.under.map((id) => `https://spdx.org/licenses/${id}.html`),
    inLanguage: languages.flatMap(({ name: code }) => (code === null || code === 'und' ? [] : [code])),
    isLiveDataset: false,
    usageInfo: usage(manifest),
    distribution: distribution(manifest.files),
    recordSet: [records()],
    'prov:wasDerivedFrom': manifest.sources.map((source) => ({
      '@type': 'prov:Entity',
      '@id': `urn:allod:source:${source.name}`,
      'prov:label': source.title,
      ...(source.address === null ? {} : { 'prov:atLocation': source.address }),
      ...(source.owners.length === 0
        ? {}
        : { 'prov:wasAttributedTo': source.owners.map((owner) => ({ '@type': 'prov:Agent', 'prov:label': owner })) }),
    })),
    'prov:wasGeneratedBy': {
      '@type': 'prov:Activity',
      'prov:label': `run ${manifest.lineage.run} over declaration ${manifest.lineage.declaration}`,
      'prov:used': manifest.lineage.blocks.map(({ block, version: of, settings }) => `${block} ${of}, settings ${settings}`),
    },
    'allod:documentsRoot': manifest.documents.root,
    'allod:filesRoot': manifest.filesRoot,
  }
}

/** BibTeX; what would end a value is left out of it. */
const citation = ({ name, version, title, published, publisher }: Manifest): string => {
  const plain = (text: string): string => text.replaceAll(/[{}\\]/g, '')
  return `@misc{${name}-${version}, title = {${plain(title)}}, author = {{${plain(publisher.name)}}}, version = {${version}}, year = {${published.slice(0, 4)}}}`
}

const distribution = (files: readonly ManifestFile[]): readonly Json[] => [
  ...files.map((file) => ({
    '@type': 'cr:FileObject',
    '@id': file.path,
    name: file.path,
    contentUrl: file.path,
    contentSize: `${file.bytes} B`,
    encodingFormat: file.path.endsWith('.parquet') ? 'application/x-parquet' : 'application/octet-stream',
    sha256: file.sha256,
  })),
  {
    '@type': 'cr:FileSet',
    '@id': 'parts',
    name: 'parts',
    encodingFormat: 'application/x-parquet',
    includes: 'part-*.parquet',
  },
]

const records = (): JsonObject => ({
  '@type': 'cr:RecordSet',
  '@id': 'documents',
  name: 'documents',
  key: { '@id': 'documents/id' },
  field: COLUMNS.map(({ name, type, about }) => ({
    '@type': 'cr:Field',
    '@id': `documents/${name}`,
    name,
    description: about,
    dataType: TYPES[type],
    source: { fileSet: { '@id': 'parts' }, extract: { column: name } },
  })),
})
const TYPES: Readonly<Record<Column['type'], string>> = { text: 'sc:Text', whole: 'sc:Integer', number: 'sc:Float' }

/** The conditions of use (ODRL 2.2): what a policy engine can read, and the same as a sentence. */
const usage = (manifest: Manifest): JsonObject => {
  const { law } = manifest
  const yes = (use: string): boolean => law.verdicts.some((each) => each.use === use && each.verdict === 'yes')
  const rule = (action: string): JsonObject => ({ 'odrl:action': { '@id': action } })
  return {
    '@type': ['sc:CreativeWork', 'odrl:Offer'],
    text: dutiesOf(manifest).join(' '),
    'odrl:permission': [
      ...(yes('train') ? [rule('odrl:derive')] : []),
      ...(yes('publish') || yes('export') ? [rule('odrl:distribute')] : []),
    ],
    'odrl:prohibition': law.nonCommercial ? [rule('odrl:commercialize')] : [],
    'odrl:obligation': [
      ...(law.attribution.length > 0 ? [rule('odrl:attribute')] : []),
      ...(law.shareAlike ? [rule('cc:ShareAlike')] : []),
    ],
  }
}

/** Terms of Croissant's own name space, as Appendix 1 of its specification has them. */
const CROISSANT_TERMS = [
  'annotation',
  'arrayShape',
  'citeAs',
  'column',
  'containedIn',
  'equivalentProperty',
  'excludes',
  'extract',
  'field',
  'fileProperty',
  'fileObject',
  'fileSet',
  'format',
  'includes',
  'isArray',
  'isLiveDataset',
  'jsonPath',
  'key',
  'md5',
  'parentField',
  'recordSet',
  'references',
  'regex',
  'readLines',
  'sdVersion',
  'separator',
  'source',
  'subField',
  'transform',
  'unArchive',
  'value',
]

const CONTEXT: JsonObject = {
  '@language': 'en',
  '@vocab': 'https://schema.org/',
  sc: 'https://schema.org/',
  cr: 'http://mlcommons.org/croissant/',
  rai: 'http://mlcommons.org/croissant/RAI/',
  dct: 'http://purl.org/dc/terms/',
  prov: 'http://www.w3.org/ns/prov#',
  odrl: 'http://www.w3.org/ns/odrl/2/',
  cc: 'http://creativecommons.org/ns#',
  allod: 'urn:allod:',
  conformsTo: 'dct:conformsTo',
  data: { '@id': 'cr:data', '@type': '@json' },
  dataType: { '@id': 'cr:dataType', '@type': '@vocab' },
  examples: { '@id': 'cr:examples', '@type': '@json' },
  ...Object.fromEntries(CROISSANT_TERMS.map((term) => [term, `cr:${term}`])),
}
