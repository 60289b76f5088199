// What every entry of the contract between the console and its exchange is made of. Types and schemas alone: the browser reads them too.
import { z } from 'zod'

/**
 * What a role lets a person do. `look`: what runs and who holds power over it. `audit`: every record and setting. `try`: calls from the
 * chat page. `operate`: cuts, drills, endpoints. `govern`: policies and facts. `approve`: what others proposed. `administer`: people, keys,
 * tenants, budgets.
 */
export type Capability = 'look' | 'audit' | 'try' | 'operate' | 'govern' | 'approve' | 'administer'

export type Route = {
  /** One sentence for the API's documentation. */
  readonly summary: string
  /** `anyone`: without signing in. `person`: whoever is signed in. */
  readonly may: 'anyone' | 'person' | Capability
  /** Members of the query; each arrives as a text, so numbers are `z.coerce`d. */
  readonly query?: z.ZodObject
  readonly body?: z.ZodType
  readonly answer: z.ZodType
}
/** An answer that is no JSON but a file, made while it goes out. `name`: letters, digits, `.` and `-`. */
export class FileAnswer {
  readonly name: string
  readonly type: string
  readonly parts: AsyncIterable<string>

  constructor(name: string, type: string, parts: AsyncIterable<string>) {
    this.name = name
    this.type = type
    this.parts = parts
  }
}
export const file = z.instanceof(FileAnswer)

export type Routes = { readonly [name: `${'GET' | 'POST' | 'PUT' | 'DELETE'} /${string}`]: Route }

type NamesIn<Path> = Path extends `${string}{${infer Name}}${infer Rest}` ? Name | NamesIn<Rest> : never
type Output<Schema> = Schema extends z.ZodType ? z.output<Schema> : undefined
type Input<Schema> = Schema extends z.ZodType ? z.input<Schema> : undefined

/** What a handler gets: the names in the path, decoded, and query and body as their schemas made them. */
export type Asked<R extends Route, Name> = {
  readonly path: Readonly<Record<NamesIn<Name>, string>>
  readonly query: Output<R['query']>
  readonly body: Output<R['body']>
}
/** What a client gives; members that a route does not have are left out. */
export type Asking<R extends Route, Name> = ([NamesIn<Name>] extends [never]
  ? unknown
  : { readonly path: Readonly<Record<NamesIn<Name>, string>> }) &
  (R['query'] extends z.ZodType ? { readonly query: Input<R['query']> } : unknown) &
  (R['body'] extends z.ZodType ? { readonly body: Input<R['body']> } : unknown)
export type AnswerOf<R extends Route> = z.output<R['answer']>
