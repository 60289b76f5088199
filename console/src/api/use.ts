// Asking the exchange from a page: `useAnswer` for what is shown, `useAct` for what is done.
import { type UseMutationResult, type UseQueryResult, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import type { Answer, Request, RouteName } from '../../../src/http/console/contract/index.ts'
import { type ApiFailure, ask } from './client.ts'

export type AnswerOptions = {
  /** Topics of the event stream upon which this is asked again. */
  readonly topics?: readonly string[]
  readonly enabled?: boolean
  /** Keep showing what stood there while the next is asked for. */
  readonly keepsPrevious?: boolean
  /** Asked again after so many milliseconds, while the page is looked at. */
  readonly every?: number
}

/** Under which name an answer is remembered. */
export const keyOf = <Name extends RouteName>(name: Name, asking: Request<Name>): readonly unknown[] => [name, asking]

export const useAnswer = <Name extends RouteName>(
  name: Name,
  asking: Request<Name>,
  { topics = [], enabled = true, keepsPrevious = false, every }: AnswerOptions = {},
): UseQueryResult<Answer<Name>, ApiFailure> =>
  useQuery<unknown, ApiFailure>({
    queryKey: keyOf(name, asking),
    queryFn: ({ signal }): Promise<unknown> => ask(name, asking, signal),
    enabled,
    meta: { topics },
    ...(every === undefined ? {} : { refetchInterval: every }),
    ...(keepsPrevious ? { placeholderData: (before: unknown) => before } : {}),
  }) as UseQueryResult<Answer<Name>, ApiFailure>

/** What is done shows everywhere at once: whatever is on screen is asked for again. */
export const useAct = <Name extends RouteName>(name: Name): UseMutationResult<Answer<Name>, ApiFailure, Request<Name>> => {
  const queries = useQueryClient()
  return useMutation({ mutationFn: (asking: Request<Name>) => ask(name, asking), onSuccess: () => queries.invalidateQueries() })
}
