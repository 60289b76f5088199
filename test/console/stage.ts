// A real exchange, a real browser and somebody who is signed in: what every test of the console stands on.
import assert from 'node:assert/strict'
import { mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core'
import { allod, newData, removeData, type Started, startAllod } from '../end-to-end/allod.ts'

const ROOT = join(import.meta.dirname, '../..')
const CHROMIUM = process.env.ALLOD_CHROMIUM ?? '/usr/bin/chromium'
const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]
export const WIDE = { width: 1440, height: 1000 }
export const NARROW = { width: 390, height: 844 }
/** Every language at every size, as in the project’s own pipeline and for pictures; else the looks that differ most stand for all. */
export const EVERY_LOOK = process.env.ALLOD_LOOKS === 'all' || process.env.ALLOD_PICTURES !== undefined
/** A test of a look, where another stands for it otherwise: `everywhere.test.ts` holds every page of a phone in Arabic and darkness anyway. */
export const lookTest = (name: string, run: () => Promise<void>): void => {
  if (EVERY_LOOK) test(name, run)
}
export type Look = {
  readonly theme?: 'light' | 'dark'
  readonly language?: string
  readonly size?: { readonly width: number; readonly height: number }
  /** Signs in as somebody of this role; `nobody` stays outside. */
  readonly role?: 'viewer' | 'operator' | 'policy-officer' | 'approver' | 'auditor' | 'administrator' | 'nobody'
  /** Whether the page may leave a worker behind that answers when the exchange does not. */
  readonly worker?: boolean
}

export class Stage {
  readonly exchange: Started
  readonly browser: Browser
  readonly #keys = new Map<string, string>()
  /** Whatever a page of this stage asked of another host, or complained of: a test that does not empty it fails at the end. */
  readonly complaints: string[] = []

  private constructor(exchange: Started, browser: Browser) {
    this.exchange = exchange
    this.browser = browser
  }

  /** Starts an exchange of this configuration, with simulated endpoints, and a browser. */
  static async open(...options: readonly string[]): Promise<Stage> {
    const exchange = await startAllod(newData(), ...options)
    const browser = await chromium.launch({ executablePath: CHROMIUM, args: FLAGS })
    return new Stage(exchange, browser)
  }

  async close(): Promise<void> {
    await this.browser.close()
    await this.exchange.stop()
    removeData(this.exchange.data)
    assert.deepEqual(this.complaints, [])
  }

  /** The key of an administrator of this role, made when it is first asked for. */
  async keyOf(role: string): Promise<string> {
    const known = this.#keys.get(role)
    if (known !== undefined) return known
    const made = await allod('admin', 'add', `the-${role}`, '--role', role, '--data', this.exchange.data)
    assert.equal(made.code, 0, made.error)
    const key = made.out.trim().split('\n').at(-1) ?? ''
    this.#keys.set(role, key)
    return key
  }

  /** A browser window of somebody’s own. */
  async visitor({
    theme = 'light',
    language = 'en',
    size = WIDE,
    role = 'administrator',
    worker = false,
  }: Look = {}): Promise<BrowserContext> {
    const context = await this.browser.newContext({
      viewport: size,
      colorScheme: theme,
      locale: language,
      reducedMotion: 'reduce',
      // What a page asks for is watched; what its worker asks for could not be.
      serviceWorkers: worker ? 'allow' : 'block',
      baseURL: this.exchange.url,
    })
    await context.route(
      (url) => url.origin !== this.exchange.url,
      (route) => {
        this.complaints.push(`${route.request().url()} was asked of another host`)
        return route.abort()
      },
    )
    if (role !== 'nobody') {
      const signedIn = await context.request.post('/admin/v1/session', { data: { key: await this.keyOf(role) } })
      assert.equal(signedIn.status(), 200, await signedIn.text())
    }
    return context
  }

  /** One page of the console, in a window of its own, when its heading is there. */
  async page(path: string, look: Look = {}): Promise<Page> {
    const context = await this.visitor(look)
    const page = await context.newPage()
    page.on('pageerror', (error) => this.complaints.push(`${path}: ${error.message}`))
    page.on('console', (message) => {
      if (message.type() === 'error' && !/status of [45]\d\d/.test(message.text())) this.complaints.push(`${path}: ${message.text()}`)
    })
    await page.goto(`/console${path}`)
    await page.locator('h1').first().waitFor()
    return page
  }
}

const AXE = readFileSync(join(ROOT, 'node_modules/axe-core/axe.min.js'), 'utf8')
type Violation = { readonly id: string; readonly nodes: readonly { readonly html: string; readonly failureSummary?: string }[] }
/** What axe-core finds against WCAG 2.2 AA, one line for each element; of some rules alone where they are named. */
export const violations = async (page: Page, rules?: readonly string[]): Promise<string[]> => {
  // The page's policy allows no script of ours; the browser's own door does.
  await page.evaluate(AXE)
  const found = await page.evaluate(async (only) => {
    const { axe } = globalThis as unknown as { axe: { run(options: object): Promise<{ violations: Violation[] }> } }
    const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']
    const runOnly = only === undefined ? { type: 'tag', values: tags } : { type: 'rule', values: only }
    return (await axe.run({ runOnly, resultTypes: ['violations'] })).violations
  }, rules)
  return found.flatMap(({ id, nodes }) => nodes.map(({ html, failureSummary }) => `${id}: ${html.slice(0, 200)} ${failureSummary ?? ''}`))
}

/** Writes a picture of the page to `docs/images/`, where `ALLOD_PICTURES` asks for them. */
export const picture = async (page: Page, name: string): Promise<void> => {
  if (process.env.ALLOD_PICTURES === undefined) return
  const folder = join(ROOT, 'docs/images')
  mkdirSync(folder, { recursive: true })
  // As tall as the page is, what sticks to the edges of the window stands where it belongs.
  const size = page.viewportSize() ?? WIDE
  const height = await page.evaluate(() => {
    if (document.activeElement instanceof HTMLElement && document.querySelector('dialog[open]') === null) document.activeElement.blur()
    scrollTo(0, 0)
    return document.documentElement.scrollHeight
  })
  await page.setViewportSize({ width: size.width, height: Math.max(size.height, height) })
  await page.screenshot({ path: join(folder, `console-${name}.png`) })
  await page.setViewportSize(size)
}
