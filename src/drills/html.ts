// Pages of exposure and drills: one file each, without script, loading nothing, in light and dark.

/** Text that is markup already. */
export class Markup {
  readonly text: string
  constructor(text: string) {
    this.text = text
  }
}
type Piece = string | number | Markup | readonly Markup[]

/** Markup from a template; whatever stands in it that is no markup is text, and stays text. */
export const html = (parts: TemplateStringsArray, ...pieces: readonly Piece[]): Markup =>
  new Markup(parts.map((part, index) => part + (index < pieces.length ? written(pieces[index] as Piece) : '')).join(''))

export const NOTHING = new Markup('')

const written = (piece: Piece): string => {
  if (piece instanceof Markup) return piece.text
  if (typeof piece === 'string' || typeof piece === 'number') return String(piece).replace(/[&<>"']/g, (sign) => ENTITIES[sign] ?? sign)
  return piece.map(({ text }) => text).join('')
}
const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }

/** A sentence whose names stand in back quotes. */
export const prose = (text: string): Markup =>
  html`${text.split('`').map((part, index) => (index % 2 === 0 ? html`${part}` : html`<code>${part}</code>`))}`

/** A whole page. `INVARIANT(G9)`: the policy in its head forbids it to load anything, whatever its content says. */
export const page = (title: string, body: Markup): string =>
  html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${title}</title>
<style>${new Markup(STYLE)}</style>
</head>
<body>
${body}
</body>
</html>
`.text

/** A card with a heading; a card without content is none. */
export const card = (heading: string, content: Markup): Markup =>
  content.text.trim() === '' ? NOTHING : html`<section class="card"><h2>${heading}</h2>${content}</section>\n`

/** A table that scrolls sideways in its own box where it does not fit. Empty without rows. */
export const table = (name: string, heads: readonly string[], rows: readonly (readonly Markup[])[]): Markup => {
  if (rows.length === 0) return NOTHING
  const head = heads.map((text) => html`<th scope="col">${text}</th>`)
  const body = rows.map((cells) => html`<tr>${cells.map((cell) => html`<td>${cell}</td>`)}</tr>`)
  return html`<div class="scroll" tabindex="0" role="region" aria-label="${name}"><table><thead><tr>${head}</tr></thead><tbody>${body}</tbody></table></div>`
}

export const list = (items: readonly Markup[]): Markup =>
  items.length === 0 ? NOTHING : html`<ul>${items.map((item) => html`<li>${item}</li>`)}</ul>`

/** Where something stands, told by shape first: filled at home, a ring abroad, a broken ring where nobody knows. */
export const PLACES = ['home', 'abroad', 'unknown'] as const
export type Place = (typeof PLACES)[number]
export const placeMark = (place: Place): Markup => html`<i class="place ${place}" role="img" aria-label="${place}"></i>`

/** A share of a whole as a bar, with its number beside it, for the colour alone says nothing. `share`: from 0 to 1. */
export const bar = (share: number, place: Place): Markup =>
  html`<span class="bar"><b class="${place}" style="inline-size:${(Math.max(0, Math.min(1, share)) * 100).toFixed(1)}%"></b></span>`

export const percent = (part: number, whole: number): string => {
  if (whole === 0) return 'none'
  const share = (100 * part) / whole
  // What is not all is not shown as all, nor what is not nothing as nothing.
  if (part > 0 && share < 0.1) return 'under 0.1 %'
  if (part < whole && share > 99.9) return 'over 99.9 %'
  return `${Number.isInteger(share) ? share : share.toFixed(1)} %`
}

const STYLE = `
:root{color-scheme:light dark;--bg:#f6f7f5;--surface:#fff;--sunken:#edf0ec;--line:#dfe3dd;--line-2:#7e8780;--ink:#141c18;--ink-2:#46514a;--ink-3:#5c665f;
--home:#0a7058;--abroad:#760c96;--unknown:#2e3530;--warn:#8f6410;--crit:#921326;--warn-bg:#fff4dc;--crit-bg:#fbebec}
@media (prefers-color-scheme:dark){:root{--bg:#0d1210;--surface:#141a17;--sunken:#0a0e0c;--line:#262f2a;--line-2:#6b776f;--ink:#edf2ee;--ink-2:#b4bfb7;--ink-3:#8f9a92;
--home:#34b58e;--abroad:#bc72f0;--unknown:#dde4df;--warn:#f6c766;--crit:#f2726b;--warn-bg:#2e240d;--crit-bg:#351517}}
*{box-sizing:border-box}
body{margin:0 auto;max-width:1020px;padding:28px;background:var(--bg);color:var(--ink);font:400 .875rem/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans",sans-serif;overflow-wrap:break-word}
h1{font-size:1.25rem;line-height:1.4;font-weight:600;letter-spacing:-.012em;margin:0 0 6px}
h2{font-size:.875rem;line-height:20px;font-weight:600;margin:0 0 10px}
h3{font-size:.8125rem;font-weight:600;margin:14px 0 4px}
p{margin:0 0 8px;max-inline-size:72ch}
a{color:inherit}
ul{margin:0;padding-inline-start:18px}li{margin-block:3px}
code,pre{font:400 .78125rem/1.6 ui-monospace,"SF Mono","Cascadia Mono","Roboto Mono","Noto Sans Mono",Menlo,Consolas,monospace}
pre{background:var(--sunken);padding:10px 12px;border-radius:7px;margin:8px 0 0;overflow-x:auto;white-space:pre-wrap;overflow-wrap:anywhere}
.lead{font-size:1.75rem;line-height:1.36;font-weight:550;letter-spacing:-.02em;max-inline-size:26em;text-wrap:balance;margin:0 0 10px}
.kind,.small{font-size:.75rem;line-height:1.5;color:var(--ink-3)}
.second{color:var(--ink-2)}
.card{background:var(--surface);border:1px solid var(--line);border-radius:10px;padding:14px 18px;margin-block:20px}
.figures{display:grid;grid-template-columns:repeat(4,1fr);gap:0;padding:0;margin-block:20px}
.figures>div{padding:14px 18px;border-inline-start:1px solid var(--line)}.figures>div:first-child{border:0}
.figures strong{display:block;font-size:1.875rem;line-height:1.33;font-weight:550;letter-spacing:-.025em}
.notice{border-radius:10px;padding:12px 18px;margin-block:20px}.notice.crit{background:var(--crit-bg)}.notice.warn{background:var(--warn-bg)}.notice.none{background:var(--surface);border:1px solid var(--line)}
.notice p:last-child{margin:0}
.whole{white-space:nowrap}
.mark{font-weight:600}.mark.crit{color:var(--crit)}.mark.warn{color:var(--warn)}
.scroll{overflow-x:auto}.scroll:focus-visible{outline:2px solid var(--ink);outline-offset:2px}
table{border-collapse:collapse;inline-size:100%;font-variant-numeric:tabular-nums}
th{font-size:.75rem;font-weight:500;color:var(--ink-3);text-align:start;white-space:nowrap}
th,td{padding:7px 14px 7px 0;border-block-end:1px solid var(--line);vertical-align:top}tr:last-child td{border-block-end:0}
td:first-child{min-inline-size:9em}td:has(ul){min-inline-size:15em}
.place{display:inline-block;inline-size:11px;block-size:11px;margin-inline-end:7px;vertical-align:-1px;border:2px solid}
.place.home{background:var(--home);border-color:var(--home);border-radius:2px}.place.abroad{border-color:var(--abroad);border-radius:50%}.place.unknown{border-color:var(--unknown);border-radius:50%;border-style:dashed}
.bar{display:inline-block;inline-size:110px;block-size:8px;background:var(--sunken);border-radius:3px;overflow:hidden;vertical-align:0}
.bar b{display:block;block-size:100%}.bar b.home{background:var(--home)}.bar b.abroad{background:var(--abroad)}.bar b.unknown{background:var(--unknown)}
details{margin-block:6px}summary{cursor:pointer}
@media (max-width:760px){body{padding:16px}.lead{font-size:1.375rem}.figures{grid-template-columns:repeat(2,1fr)}.figures>div:nth-child(odd){border:0}.figures>div:nth-child(n+3){border-block-start:1px solid var(--line)}.figures strong{font-size:1.5rem}}
@media (forced-colors:active){.bar{border:1px solid}.bar b{background:CanvasText!important}}
@media print{body{max-width:none;padding:0;background:none}.card,.figures{break-inside:avoid}}
`
