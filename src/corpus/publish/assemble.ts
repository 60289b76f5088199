// A manifest from what was built, what was written, and what the owner says of it.
import { canonicalJson, type Json } from '../../core/json.ts'
import type { Answer } from '../law/may.ts'
import { type Digest, digestOf } from '../sections.ts'
import type { Built } from './build.ts'
import { type DocumentIndex, fileLeaf } from './index-file.ts'
import { MANIFEST_FORMAT, type Manifest, type ManifestFile } from './manifest.ts'
import { treeRoot } from './merkle.ts'

/** What is said of a data set, not counted. */
export type Heading = Pick<Manifest, 'name' | 'version' | 'title' | 'description' | 'published' | 'publisher' | 'lineage' | 'previous'> & {
  readonly home: readonly string[]
}

export type Written = {
  readonly built: Built
  readonly files: readonly ManifestFile[]
  readonly index: DocumentIndex
  readonly replacing: Pick<Manifest['personalData'], 'mode' | 'modes'>
  /** Documents that the run dropped, by rule, and those of other sources or languages. */
  readonly dropped: ReadonlyMap<string, number>
}

/** Pure: the same rows, the same heading and the same law make the same manifest, to the byte. */
export const assemble = ({ home, ...heading }: Heading, { built, files, index, replacing, dropped }: Written): Manifest => {
  const { whole, tokensFrom, personalData, ...counted } = built.counted
  const [answer] = built.answers
  return {
    format: MANIFEST_FORMAT,
    ...heading,
    documents: { count: whole.documents, bytes: whole.bytes, tokens: whole.tokens, tokensFrom, root: hexOf(index.root()) },
    files: [...files],
    filesRoot: hexOf(treeRoot(files.map(fileLeaf))),
    ...counted,
    terms: built.terms.map(({ terms, count, first }) => ({ terms, count, first: [...first] })),
    law: {
      home: [...home].sort(),
      verdicts: built.answers.map(({ question: { use }, verdict }) => ({ use, verdict })),
      ...dutiesIn(answer),
    },
    personalData: { mode: replacing.mode, modes: replacing.modes, found: personalData },
    leftOut: [...built.leftOut, ...dropped]
      .map(([because, documents]) => ({ because, documents }))
      .sort((a, b) => b.documents - a.documents || (a.because < b.because ? -1 : 1)),
  }
}

/** A data set is good for at least one use, and what whoever gets it must keep is the same for each. */
const dutiesIn = (answer: Answer | undefined): Omit<Manifest['law'], 'home' | 'verdicts'> => ({
  under: [...(answer?.inherits.under ?? [])],
  nonCommercial: answer?.inherits.nonCommercial ?? false,
  shareAlike: answer?.inherits.shareAlike ?? false,
  restrictions: [...(answer?.inherits.restrictions ?? [])],
  attribution: [...(answer?.inherits.attribution ?? [])],
  consentEnds: answer?.inherits.consentEnds ?? null,
})

const hexOf = (bytes: Uint8Array): Digest => Buffer.from(bytes).toString('hex') as Digest

/** What the note of a manifest signs, and what the next version names. */
export const manifestDigest = (manifest: Manifest): Digest => digestOf(canonicalJson(manifest as unknown as Json))

/**
 * The next version by what became of the documents (Semantic Versioning 2.0.0, as Croissant 1.1 applies it): one that is gone, or texts that are
 * written otherwise, raise the first number, documents added the second, what is told of the same ones the third.
 */
export const nextVersion = (before: string, earlier: DocumentIndex, now: DocumentIndex, isRewritten: boolean): string => {
  const [major = 0, minor = 0, patch = 0] = before.split('.').map(Number)
  if (isRewritten || !isSubset(earlier, now)) return `${major + 1}.0.0`
  return earlier.count < now.count ? `${major}.${minor + 1}.0` : `${major}.${minor}.${patch + 1}`
}
export const FIRST_VERSION = '1.0.0'

/** Both are sorted, so one walk is enough. */
const isSubset = (some: DocumentIndex, all: DocumentIndex): boolean => {
  let at = 0
  for (let row = 0; row < some.count; row++) {
    while (at < all.count && all.idAt(at) < some.idAt(row)) at++
    if (at >= all.count || all.idAt(at) !== some.idAt(row)) return false
    at++
  }
  return true
}

/** Whether two versions may write the same document otherwise: personal data are looked for, or replaced, in another way. */
export const isRewritten = (before: Manifest, now: Texts): boolean =>
  howText({ replacing: before.personalData, lineage: before.lineage }) !== howText(now)
type Texts = Pick<Written, 'replacing'> & Pick<Manifest, 'lineage'>
const howText = ({ replacing: { mode, modes }, lineage: { blocks } }: Texts): string =>
  canonicalJson({ mode, modes, finder: blocks.filter(({ block }) => block === 'personal-data') })
