import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Json } from '../core/json.ts'
import { nearest } from '../core/nearest.ts'
import { err, ok, type Result } from '../core/result.ts'
import { decodeYaml } from '../facts/yaml-rows.ts'
import { type Profile, parseProfile } from '../gateway/providers/profile.ts'
import { PROJECT } from './paths.ts'

const FOLDER = join(PROJECT, 'src/gateway/providers/profiles')

/** The names of the providers that ship, in order. */
export const profileNames = (): readonly string[] =>
  readdirSync(FOLDER)
    .flatMap((file) => (file.endsWith('.yaml') ? [file.slice(0, -'.yaml'.length)] : []))
    .sort()

/** The profile of that name, or one sentence. */
export const shippedProfile = (name: string): Result<Profile, string> => {
  const names = profileNames()
  if (!names.includes(name)) {
    const close = nearest(name, names)
    return err(`there is no provider \`${name}\`; ${close === undefined ? 'see `allod endpoint providers`' : `did you mean \`${close}\`?`}`)
  }
  const decoded = decodeYaml(readFileSync(join(FOLDER, `${name}.yaml`), 'utf8'))
  const parsed = decoded.ok ? parseProfile(decoded.value as Json) : undefined
  return parsed?.ok ? ok(parsed.value) : err(`the profile of \`${name}\` is damaged: ${parsed?.error.messages[0] ?? 'it is no YAML'}`)
}
