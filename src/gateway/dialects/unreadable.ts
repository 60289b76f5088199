import { err } from '../../core/result.ts'
import type { Unreadable } from './dialect.ts'

/** The failure that `parameter` is at fault; `message` continues its name. */
export const unreadable = (parameter: string, message: string): { readonly ok: false; readonly error: Unreadable } =>
  err({ kind: 'unreadable', message: `\`${parameter}\` ${message}`, parameter })
