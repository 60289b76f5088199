/** What stands before the colon of a reference, such as `entity` in `entity:a1-digital`. */
export type ReferenceKind =
  | 'entity'
  | 'group'
  | 'endpoint'
  | 'model'
  | 'licence'
  | 'bloc'
  | 'country'
  | 'region'
  | 'event'
  | 'market'
  | 'pinned'
  | 'share'
  | 'count'
  | 'text'
export type PredicateShape = {
  readonly subjects: readonly ReferenceKind[]
  readonly objects: readonly ReferenceKind[]
  /** Objects that are a bare word. */
  readonly words: readonly string[]
  /** Whether `share` may be given. */
  readonly share: boolean
  readonly about: string
}

const shape = (
  subjects: readonly ReferenceKind[],
  objects: readonly ReferenceKind[],
  about: string,
  more: { readonly words?: readonly string[]; readonly share?: boolean } = {},
): PredicateShape => ({ subjects, objects, about, words: more.words ?? [], share: more.share ?? false })

const ENDPOINT: readonly ReferenceKind[] = ['endpoint']
const ENTITY: readonly ReferenceKind[] = ['entity']
const SERVED: readonly ReferenceKind[] = ['endpoint', 'entity']
const PLACE: readonly ReferenceKind[] = ['country', 'region', 'bloc']

/**
 * Every predicate a fact may have. What a predicate means for reach stands in `rules.ts`; a predicate without a rule there is
 * kept, shown and used by other questions (licences, drills), and carries no power.
 */
export const PREDICATES = {
  'located-in': shape(ENDPOINT, PLACE, 'where the machines stand', { words: ['customer-choice', 'unknown'] }),
  'offered-in': shape(ENDPOINT, ['country'], 'a place the customer may pick, where `located-in` says `customer-choice`'),
  'operated-by': shape(ENDPOINT, ENTITY, 'who runs it', { words: ['unknown'] }),
  'hosted-on': shape(SERVED, ENTITY, 'whose machines or cloud it runs on; `self`: the operator’s own', { words: ['self', 'unknown'] }),
  'fronted-by': shape(ENDPOINT, ENTITY, 'who terminates TLS before the operator (CDN, API gateway)', { words: ['nobody', 'unknown'] }),
  'identity-by': shape(SERVED, ENTITY, 'who checks its logins', { words: ['nobody', 'self', 'unknown'] }),
  'dns-by': shape(SERVED, ENTITY, 'who answers for its name', { words: ['nobody', 'self', 'unknown'] }),
  'colocation-by': shape(SERVED, ENTITY, 'whose building the machines stand in', { words: ['nobody', 'self', 'unknown'] }),
  'routes-to': shape(ENDPOINT, ENDPOINT, 'where it passes calls on to'),
  'falls-back-to': shape(ENDPOINT, ENDPOINT, 'where it passes calls on to when it fails'),
  'support-from': shape(SERVED, ['country', 'entity'], 'from where, or by whom, staff with access support it'),
  'depends-on-technology-of': shape(SERVED, ENTITY, 'whose software and updates it cannot do without'),
  'chips-by': shape(SERVED, ENTITY, 'who makes its accelerators'),
  serves: shape(ENDPOINT, ['model'], 'which model answers'),
  custody: shape(['endpoint', 'model'], ['entity', 'pinned'], 'who keeps the weights; `remote`: the operator, unseen', {
    words: ['remote'],
  }),
  'established-in': shape(['entity', 'group'], ['country'], 'under whose law it is incorporated, or a person’s state', {
    words: ['unknown'],
  }),
  'headquartered-in': shape(ENTITY, ['country'], 'where its head office is'),
  'owned-by': shape(ENTITY, ['entity', 'group'], 'who holds how much of it', { words: ['nobody', 'unknown'], share: true }),
  'controlled-by': shape(ENTITY, ENTITY, 'who decides, whatever the percentages: votes, foundation, golden share, trust', { share: true }),
  'nobody-holds-more-than': shape(
    ENTITY,
    ['share'],
    'the largest holding, in percent, such as `share:10`; its `share` is what holders above that have together',
    {
      share: true,
    },
  ),
  'renamed-to': shape(ENTITY, ENTITY, 'its later name or successor'),
  'operated-on-behalf-by': shape(ENTITY, ENTITY, 'who runs its operation for it'),
  'contracts-with': shape(ENTITY, PLACE, 'where the customers sit with whom it contracts'),
  'contracts-for': shape(ENTITY, ENTITY, 'whose service it signs for'),
  'funded-by': shape(ENTITY, ENTITY, 'who pays for it without owning it'),
  'listed-on': shape(ENTITY, ['market'], 'where its shares trade'),
  'change-of-control-announced': shape(ENTITY, ENTITY, 'who has said it will take it over'),
  'change-of-control-signed': shape(ENTITY, ENTITY, 'who has signed to take it over'),
  'change-of-control-watch': shape(ENTITY, ['event'], 'what may change its control'),
  'developed-by': shape(['model'], ENTITY, 'who trained it'),
  'derived-from': shape(['model'], ['model'], 'what it was trained, tuned, merged or distilled from', { words: ['nothing', 'unknown'] }),
  'trained-on-outputs-of': shape(['model'], ['model'], 'whose answers it was trained on: the second way a licence travels'),
  'licensed-under': shape(['model'], ['licence'], 'the licence of its weights', { words: ['unknown'] }),
  'licence-excludes': shape(['licence', 'model'], [...PLACE, 'text'], 'where, or for whom, the licence grants nothing'),
  weights: shape(['model'], [], 'whether anyone may keep a copy', { words: ['open', 'closed', 'unknown'] }),
  'member-of': shape(['country'], ['bloc'], 'since when, until when, a country belongs to a bloc'),
  'bloc-size': shape(['bloc'], ['count'], 'how many members the bloc has, such as `count:27`'),
} as const satisfies Record<string, PredicateShape>

export type Predicate = keyof typeof PREDICATES
export const PREDICATE_NAMES = Object.keys(PREDICATES) as readonly Predicate[]
