// What a screen reader is given: the browser's own tree of roles, names and states, read from top to bottom. That is what can be tried
// without a person; how it sounds cannot.
import type { Page } from 'playwright-core'

type Node = {
  readonly nodeId: string
  readonly ignored: boolean
  readonly role?: { readonly value: string }
  readonly name?: { readonly value: string }
  readonly properties?: readonly { readonly name: string; readonly value: { readonly value: unknown } }[]
  readonly childIds?: readonly string[]
}

/** Roles that say nothing to anybody without a name. */
const NAMED = new Set(
  'link button textbox searchbox combobox listbox option radio checkbox switch slider tab tabpanel dialog alertdialog menu menuitem table region navigation image img'.split(
    ' ',
  ),
)

/** What somebody who only hears the page would miss or mistake: one sentence each, none where all is well. */
export const unheard = async (page: Page): Promise<readonly string[]> => {
  const browser = await page.context().newCDPSession(page)
  const { nodes } = (await browser.send('Accessibility.getFullAXTree')) as { nodes: readonly Node[] }
  await browser.detach()
  const heard = nodes.filter(({ ignored }) => !ignored)
  const nameOf = ({ name }: Node): string => name?.value.trim() ?? ''
  const withRole = (role: string): readonly Node[] => heard.filter((node) => node.role?.value === role)
  const nameless = heard
    .filter((node) => NAMED.has(node.role?.value ?? '') && nameOf(node) === '')
    .map((node) => `a ${node.role?.value} without a name`)
  const titles = withRole('heading').filter(({ properties }) =>
    properties?.some(({ name, value }) => name === 'level' && value.value === 1),
  )
  const ways = withRole('navigation').map(nameOf)
  return [
    ...nameless,
    ...(titles.length === 1 ? [] : [`${titles.length} titles of the page`]),
    ...(withRole('main').length === 1 ? [] : ['no main part, or several']),
    ...(new Set(ways).size === ways.length ? [] : [`two navigations of one name: ${ways.join(', ')}`]),
    ...(heard.some(({ properties }) => properties?.some(({ name }) => name === 'live')) ? [] : ['nowhere to say what changed']),
  ]
}
