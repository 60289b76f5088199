// What the names of elements, and those that authors give them, say about what stands in them.

const words = (text: string): ReadonlySet<string> => new Set(text.split(' '))

/** Never text of the page: left out with all that is in them. */
export const SILENT = words(
  'script style noscript template svg math canvas iframe object embed audio video picture map select datalist textarea button input dialog nav footer aside head',
)
/** They start and end a block of text; the others stand within one. */
export const BLOCKS = words(
  'address article blockquote body caption center dd details div dl dt fieldset figcaption figure form h1 h2 h3 h4 h5 h6 header hgroup hr html li main menu ol p pre search section summary table tbody tfoot thead tr ul',
)
export const CELLS = words('td th')
export const HEADING = /^h([1-6])$/

const SILENT_ROLES = words('navigation banner contentinfo complementary search menu menubar toolbar dialog alertdialog alert tablist form')

/** Names in `class` and `id` that template authors give to what surrounds a text, in the languages of the web’s templates. */
const AROUND =
  /(?:^|[\s_-])(?:ad|ads|advert\w*|banner|breadcrumbs?|byline|comments?|comment-?list|consent|cookies?|disqus\w*|dropdown|footer|gdpr|login|masthead|menu\w*|meta|modal|most-?read|nav\w*|newsletter|outbrain|overlay|pager|pagination|paywall|popup|post-?meta|print|promo\w*|read-?more|recommend\w*|related\w*|respond|search\w*|share\w*|sharing|sidebar\w*|signup|skip|social\w*|sponsor\w*|subscri\w*|taboola\w*|tags?|tag-?cloud|teasers?|toc|toolbar|tooltip|topbar|trending|widgets?)(?:$|[\s_-])/i
/** They outweigh the others: `article-sharing-content` is the article’s. */
const TEXT =
  /(?:^|[\s_-])(?:article-?(?:body|content|text)|body-?(?:content|text)|content-?body|entry-?content|main-?content|page-?content|post-?(?:body|content|text)|story-?body|story|mw-parser-output)(?:$|[\s_-])/i

export type Attributes = { readonly [name: string]: string }

/** Whether an element and all that is in it is no part of the text. */
export const isAround = (tag: string, attributes: Attributes, isWithinText: boolean): boolean => {
  if (SILENT.has(tag)) return true
  // The header of a page is its furniture; that of an article its title.
  if (tag === 'header') return !isWithinText
  if (attributes.hidden !== undefined || attributes['aria-hidden'] === 'true') return true
  if (attributes.style !== undefined && /display\s*:\s*none|visibility\s*:\s*hidden/i.test(attributes.style)) return true
  if (attributes.role !== undefined && SILENT_ROLES.has(attributes.role)) return true
  if (tag === 'body' || tag === 'html' || tag === 'main' || tag === 'article') return false
  const names = `${attributes.class ?? ''} ${attributes.id ?? ''}`
  return names.length > 1 && AROUND.test(names) && !TEXT.test(names)
}
