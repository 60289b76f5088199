import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { nearest } from '../core/nearest.ts'
import { err, ok, type Result } from '../core/result.ts'
import { type Profile, type ProfileFailure, parseProfile } from '../facts/assessment/profile.ts'
import { PROJECT } from './paths.ts'

/** The profiles that ship, by id. */
export const shippedProfiles = (): Result<ReadonlyMap<string, Profile>, ProfileFailure> => {
  const profiles = new Map<string, Profile>()
  const folder = join(PROJECT, 'factbook/profiles')
  for (const name of readdirSync(folder).sort()) {
    if (!name.endsWith('.yaml')) continue
    const read = readProfile(join(folder, name), `factbook/profiles/${name}`)
    if (!read.ok) return read
    profiles.set(read.value.id, read.value)
  }
  return ok(profiles)
}

/** A profile that ships, by its id, or one of the owner's own, by its file. */
export const findProfile = (named: string): Result<Profile, ProfileFailure> => {
  const shipped = shippedProfiles()
  if (!shipped.ok) return shipped
  const found = shipped.value.get(named)
  if (found !== undefined) return ok(found)
  if (/[./\\]/.test(named)) return readProfile(named, named)
  const close = nearest(named, shipped.value.keys())
  const hint =
    close === undefined
      ? `the profiles that ship are ${[...shipped.value.keys()].join(', ')}; name a file for your own`
      : `did you mean \`${close}\`?`
  return unreadable(`there is no profile \`${named}\`; ${hint}`)
}

export const readText = (file: string): Result<string, ProfileFailure> => {
  try {
    return ok(readFileSync(file, 'utf8'))
  } catch (failure) {
    return unreadable(`cannot read \`${file}\`: ${(failure as NodeJS.ErrnoException).code ?? 'unreadable'}`)
  }
}

const readProfile = (file: string, shown: string): Result<Profile, ProfileFailure> => {
  const text = readText(file)
  return text.ok ? parseProfile(text.value, shown) : text
}

const unreadable = (message: string): Result<never, ProfileFailure> => err({ kind: 'profile-invalid', messages: [message] })
