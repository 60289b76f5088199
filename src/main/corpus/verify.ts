import { readFileSync, statSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { VerifierKey } from '#verifier'
import { type Command, EXIT, UsageFailure } from '../command.ts'
import { pathsOf } from '../owner.ts'
import { logKey, signingKey } from '../signature.ts'
import { DATA_OPTION } from './ground.ts'
import { verifyDataSet } from './verifying.ts'
import { verifyErasure } from './verifying-erasure.ts'

/** `allod corpus verify`: whether every byte of a published data set is what was signed. Offline; exit code 1 where one is not. */
export const verify: Command = {
  name: 'corpus verify',
  summary:
    'Verifies a published data set offline: signature, files, the tree of its documents, each row, and the summaries made of its manifest; or the receipt of an erasure.',
  usage: ['corpus verify <folder> [--key FILE]', 'corpus verify <receipt of an erasure> [--key FILE]'],
  options: { key: { value: 'FILE', text: 'verifier keys of the log, one a line (default: DATA/log.vkey)' }, ...DATA_OPTION },
  examples: ['corpus verify allod-data/corpus/datasets/laws/1.0.0'],
  async run(given, terminal) {
    const [folder, ...more] = given.positionals
    if (folder === undefined || more.length > 0)
      throw new UsageFailure('give the folder of one version of a data set, or the receipt of an erasure')
    const [path, key] = [resolve(folder), keyFrom(given.text('key'), pathsOf(given))]
    const isReceipt = statSync(path, { throwIfNoEntry: false })?.isFile() === true
    const checks = isReceipt ? await verifyErasure(path, key) : await verifyDataSet(path, key)
    const isValid = checks.every(({ ok }) => ok)
    if (given.flag('json')) terminal.out(JSON.stringify({ valid: isValid, checks }))
    else {
      terminal.out(`${isValid ? 'VALID' : 'INVALID'}  ${folder}`)
      for (const { ok, sentence } of checks) terminal.out(`  ${ok ? 'ok ' : 'NO '} ${sentence}`)
    }
    return isValid ? EXIT.ok : EXIT.no
  },
}

const keyFrom = (file: string | undefined, paths: ReturnType<typeof pathsOf>): VerifierKey => {
  if (file === undefined) {
    const key = logKey(paths)
    if (key.ok) return key.value
    throw new UsageFailure(`${key.error.message}; name the log’s keys with --key`)
  }
  try {
    const key = signingKey(readFileSync(file, 'utf8'))
    if (key !== undefined) return key
  } catch {
    throw new UsageFailure(`cannot read \`${join(file)}\``)
  }
  throw new UsageFailure(`\`${file}\` holds no Ed25519 key`)
}
