// Where the owner's policies lie: files beside the configuration, which names them. Reads what is there, and replaces it whole or not at all.
import { existsSync, readFileSync, statSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { err, ok, type Result } from '../core/result.ts'
import { PRESETS } from '../policy/presets.ts'
import { codeOf, replaceFile } from '../store/durable.ts'
import { type LoadedConfiguration, loadConfiguration } from './config.ts'
import type { Configuration } from './config-schema.ts'
import type { Law } from './law.ts'
import { PROJECT } from './paths.ts'
import { type NamedText, namedTexts } from './policy-versions.ts'
import { withEntry, withoutEntry } from './yaml-edit.ts'

export type FilesFailure = { readonly kind: 'files'; readonly message: string }
const failed = (message: string): Result<never, FilesFailure> => err({ kind: 'files', message })

type Write = { readonly path: string; readonly text: string }
/** What is to be written so that these texts are the exchange’s policies. */
export type Arrangement = {
  readonly writes: readonly Write[]
  /** The file that a changed preset becomes. */
  readonly copied: string | undefined
}

/** Names of files that the console may make: beside the configuration, and nothing hidden. */
const NEW_FILE = /^[a-z0-9][a-z0-9_-]{0,59}\.cedar$/
const NEW_NAME = 'lower-case letters, digits, `-` and `_`, and `.cedar` at the end'

/**
 * A preset that was changed becomes a file of the owner’s; a new text becomes a new file; the configuration is changed only where it has to
 * name other files, and then last, so that whatever stops the writing leaves the old texts named.
 */
export const arrange = ({ loaded, law }: InForce, wanted: readonly NamedText[], isKept: IsKept): Result<Arrangement, FilesFailure> => {
  const drifted = driftOf(loaded, law)
  if (drifted !== undefined) return failed(drifted)
  const { policy } = loaded.configuration
  const writes: Write[] = []
  const files: string[] = []
  let preset: Configuration['policy']['preset']
  let copied: string | undefined
  for (const each of wanted) {
    const shipped = each.origin === 'preset' ? shippedText(each.name) : undefined
    if (shipped?.text === each.text) {
      preset = shipped.name
      continue
    }
    const file = each.origin === 'preset' ? freeName(loaded.folder, shipped?.name ?? 'policy') : each.name
    if (each.origin === 'preset') copied = file
    const path = resolve(loaded.folder, file)
    const there = readOr(path, undefined)
    if (each.origin === 'file' && !policy.files.includes(file)) {
      if (!NEW_FILE.test(file) && !isKept(file)) return failed(`\`${file}\` is no name of a new file; ${NEW_NAME}`)
      if (there !== undefined && there !== each.text && !isKept(file, there))
        return failed(`there is a file \`${file}\` beside the configuration, which does not name it; choose another name`)
    }
    files.push(file)
    if (there !== each.text) writes.push({ path, text: each.text })
  }
  const next = configurationWith(loaded, preset, files)
  if (next !== undefined) writes.push({ path: loaded.file, text: next })
  return ok({ writes, copied })
}

type InForce = { readonly loaded: LoadedConfiguration; readonly law: Law }
/** Whether a version that was kept has a file of this name, and of this text where one is given: to write over it loses nothing. */
export type IsKept = (name: string, text?: string) => boolean

/** Whether what lies on disk is what is in force; else somebody’s change would come into force with another’s. */
const driftOf = (loaded: LoadedConfiguration, law: Law): string | undefined => {
  const onDisk = loadConfiguration(loaded.file)
  if (!onDisk.ok || !isDeepStrictEqual(onDisk.value.configuration, loaded.configuration))
    return 'the configuration on disk is not the one in force; put it in force, or take the change back, first'
  const changed = namedTexts(loaded.configuration, law.texts).find(
    ({ name, origin, text }) => origin === 'file' && readOr(resolve(loaded.folder, name), undefined) !== text,
  )
  return changed && `\`${changed.name}\` on disk is not the one in force; put it in force, or take the change back, first`
}

const readOr = <T>(path: string, other: T): string | T => {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return other
  }
}

type PresetName = keyof typeof PRESETS
/** The preset whose text stands in force under this name. */
const shippedText = (name: string): { readonly name: PresetName; readonly text: string } | undefined => {
  const preset = (Object.keys(PRESETS) as PresetName[]).find((each) => name === `preset ${each}`)
  return preset && { name: preset, text: readOr(join(PROJECT, 'src/policy', PRESETS[preset].file), '') }
}

const freeName = (folder: string, stem: string): string => {
  for (let number = 1; ; number++) {
    const name = number === 1 ? `${stem}.cedar` : `${stem}-${number}.cedar`
    if (!existsSync(join(folder, name))) return name
  }
}

/** The configuration's text with this preset and these files; undefined where it says so already. */
const configurationWith = (
  { configuration: { policy }, file }: LoadedConfiguration,
  preset: Configuration['policy']['preset'],
  files: readonly string[],
): string | undefined => {
  if (policy.preset === preset && isDeepStrictEqual(policy.files, files)) return undefined
  const text = readFileSync(file, 'utf8')
  const named = files.length > 0 && !isDeepStrictEqual(policy.files, files) ? withEntry(text, 'policy', 'files', [...files]) : text
  const chosen = preset !== undefined && policy.preset !== preset ? withEntry(named, 'policy', 'preset', preset) : named
  const emptied = files.length === 0 && policy.files.length > 0 ? withoutEntry(chosen, 'policy', 'files') : chosen
  return preset === undefined && policy.preset !== undefined ? withoutEntry(emptied, 'policy', 'preset') : emptied
}

/** Writes all of it, durably, and returns what takes it back. Where one file cannot be written, those before it are taken back. */
export const write = async ({ writes }: Arrangement): Promise<Result<() => Promise<void>, FilesFailure>> => {
  const before: (Write | { readonly path: string; readonly text: undefined })[] = []
  const undo = async (): Promise<void> => {
    for (const { path, text } of before.reverse())
      if (text === undefined) await rm(path, { force: true })
      else await replaceFile(path, text, dirname(path), statSync(path).mode & 0o777)
  }
  for (const { path, text } of writes)
    try {
      const old = readOr(path, undefined)
      await replaceFile(path, text, dirname(path), old === undefined ? 0o644 : statSync(path).mode & 0o777)
      before.push({ path, text: old })
    } catch (thrown) {
      await undo()
      return failed(`cannot write \`${path}\`: ${codeOf(thrown) || 'unwritable'}; nothing was changed`)
    }
  return ok(undo)
}
