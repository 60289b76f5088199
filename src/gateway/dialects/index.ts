// The table of dialects: a new one is a folder and a line here.
import { cohereChat } from './cohere-chat/index.ts'
import type { Dialect } from './dialect.ts'
import type { DialectName } from './neutral.ts'

export const DIALECTS: { readonly [name in DialectName]?: Dialect } = {
  'cohere-chat': cohereChat,
}
