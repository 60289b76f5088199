import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Json } from '../core/json.ts'
import { nearest } from '../core/nearest.ts'
import { err, type Result } from '../core/result.ts'
import { decodeYaml } from '../facts/yaml-rows.ts'
import { type Profile, parseProfile } from '../gateway/providers/profile.ts'
import { PROJECT } from './paths.ts'

const FOLDER = join(PROJECT, 'src/gateway/providers/profiles')

/** The names of the providers that ship, in order. */
export const profileNames = (): readonly string[] =>
  readdirSync(FOLDER)
    .flatMap((file) => (file.endsWith('.yaml') ? [file.slice(0, -'.yaml'.length)] : []))
    .sort()

/** Profiles that were asked for. They ship with the program, and do not change under it. */
const known = new Map<string, Result<Profile, string>>()

/** The profile of that name, read when it is first named; or one sentence. */
export const shippedProfile = (name: string): Result<Profile, string> => {
  let profile = known.get(name)
  if (profile === undefined) {
    profile = readProfile(name)
    known.set(name, profile)
  }
  return profile
}

const readProfile = (name: string): Result<Profile, string> => {
  const names = profileNames()
  if (!names.includes(name)) {
    const close = nearest(name, names)
    return err(`there is no provider \`${name}\`; ${close === undefined ? 'see `allod endpoint providers`' : `did you mean \`${close}\`?`}`)
  }
  const decoded = decodeYaml(readFileSync(join(FOLDER, `${name}.yaml`), 'utf8'))
  const parsed = decoded.ok ? parseProfile(decoded.value as Json) : undefined
  return parsed?.ok ? parsed : err(`the profile of \`${name}\` is damaged: ${parsed?.error.messages.join('; ') ?? 'it is no YAML'}`)
}
