import { chmodSync, existsSync, mkdirSync, readFileSync, statSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { basename, dirname, resolve } from 'node:path'
import { codeOf, replaceFile, syncDirectory } from '../store/durable.ts'
import { type Given, UsageFailure } from './command.ts'
import { parseConfiguration } from './config.ts'
import type { Configuration } from './config-schema.ts'
import { DEFAULT_CONFIGURATION, pathsOf } from './owner.ts'

/** `isNew`: the file is not there yet; a first start would begin with this text. */
export type OpenedConfiguration = {
  readonly file: string
  readonly text: string
  readonly configuration: Configuration
  readonly isNew: boolean
}

/** The configuration that is to be changed: the one named, or the data directory's own. Writes nothing. */
export const openConfiguration = (given: Given): OpenedConfiguration => {
  const named = given.text('config')
  const file = named === undefined ? pathsOf(given).configuration : resolve(named)
  const isNew = named === undefined && !existsSync(file)
  const text = readText(isNew ? DEFAULT_CONFIGURATION : file)
  const parsed = parseConfiguration(text, basename(file))
  if (!parsed.ok) throw new UsageFailure(`the configuration does not load as it is: ${parsed.error.messages.join('; ')}`)
  return { file, text, configuration: parsed.value, isNew }
}

const readText = (file: string): string => {
  try {
    return readFileSync(file, 'utf8')
  } catch (thrown) {
    throw new UsageFailure(`cannot read \`${file}\`: ${codeOf(thrown) || 'unreadable'}`)
  }
}

/** Replaces the file whole, keeping who may read it; refuses when somebody else changed it meanwhile. */
export const replaceConfiguration = async ({ file, text: before, isNew }: OpenedConfiguration, text: string): Promise<void> => {
  if (isNew ? existsSync(file) : readText(file) !== before)
    throw new UsageFailure(`\`${file}\` was changed by somebody else meanwhile; nothing was written`)
  try {
    if (isNew) mkdirSync(dirname(file), { recursive: true, mode: 0o700 })
    await replaceFile(file, text, dirname(file), isNew ? 0o644 : statSync(file).mode & 0o777)
  } catch (thrown) {
    throw new UsageFailure(`cannot write \`${file}\`: ${codeOf(thrown) || 'unwritable'}; nothing was changed`)
  }
}

/** A key in a file of its own, for its owner's eyes only; never over one that is there. */
export const storeKey = async (file: string, text: string): Promise<void> => {
  try {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 })
    chmodSync(dirname(file), 0o700)
    const handle = await open(file, 'wx', 0o600)
    try {
      await handle.writeFile(`${text}\n`)
      await handle.sync()
    } finally {
      await handle.close()
    }
    await syncDirectory(dirname(file))
  } catch (thrown) {
    throw new UsageFailure(`cannot store the key in \`${file}\`: ${codeOf(thrown) || 'unwritable'}; nothing was written`)
  }
}
