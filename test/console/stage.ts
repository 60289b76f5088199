// A real exchange, a real browser and somebody who is signed in: what every test of the console stands on.
import assert from 'node:assert/strict'
import { mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core'
import { isJsonObject } from '../../src/core/json.ts'
import { askRunning } from '../../src/main/admin.ts'
import { dataPaths } from '../../src/main/paths.ts'
import { newData, removeData, type Started, startAllod } from '../end-to-end/allod.ts'
import { THOROUGH } from '../thorough.ts'
import { writeHybrid } from './estates.ts'

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
/** Every language at every size, in a thorough run and for pictures; else the looks that differ most stand for all. */
export const EVERY_LOOK = THOROUGH || process.env.ALLOD_PICTURES !== undefined
/** A test of a look, where another stands for it otherwise: `everywhere.test.ts` holds every page of a phone in Arabic and darkness anyway. */
export const lookTest = (name: string, run: () => Promise<void>): void => {
  if (EVERY_LOOK) test(name, run)
}
export type Role = 'viewer' | 'operator' | 'policy-officer' | 'approver' | 'auditor' | 'administrator' | 'nobody'
export type Look = {
  readonly theme?: 'light' | 'dark'
  readonly language?: string
  readonly size?: { readonly width: number; readonly height: number }
  /** Signs in as somebody of this role; `nobody` stays outside. */
  readonly role?: Role
  /** Whether the page may leave a worker behind that answers when the exchange does not. */
  readonly worker?: boolean
  /** A window that no test had before and none gets after: where somebody signs in or out, or what a first visit costs is looked at. */
  readonly own?: boolean
}
/** Who looks out of a window may change between two tests, its language may not. */
type Window = { readonly context: BrowserContext; readonly language: string; role: Role; readonly lent: Page[]; readonly free: Page[] }

export class Stage {
  readonly exchange: Started
  readonly browser: Browser
  readonly #keys = new Map<string, string>()
  /** A first page in a new window takes five times as long as the next page in one that is there. */
  readonly #windows: Window[] = []
  readonly #paths = new WeakMap<Page, string>()
  /** Whatever a page of this stage asked of another host, or complained of: a test that does not empty it fails at the end. */
  readonly complaints: string[] = []

  private constructor(exchange: Started, browser: Browser) {
    this.exchange = exchange
    this.browser = browser
  }

  /** Starts an exchange of this configuration, with simulated endpoints, and a browser. */
  static open(...options: readonly string[]): Promise<Stage> {
    return Stage.#start(newData(), ...options)
  }

  /** The `hybrid` example with a simulation at home, as `allod.yaml` among the exchange’s own data. */
  static openHybrid(): Promise<Stage> {
    const data = newData()
    return Stage.#start(data, '--config', writeHybrid(data), '--sandbox')
  }

  static async #start(data: string, ...options: readonly string[]): Promise<Stage> {
    const exchange = await startAllod(data, ...options)
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
    const made = await askRunning(dataPaths(this.exchange.data).adminSocket, 'administrator/add', { name: `the-${role}`, role })
    assert.ok(made?.ok && isJsonObject(made.value), JSON.stringify(made))
    const key = String(made.value.secret)
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
    await this.#signIn(context, role)
    return context
  }

  async #signIn(context: BrowserContext, role: Role): Promise<void> {
    await context.clearCookies()
    if (role === 'nobody') return
    const signedIn = await context.request.post('/admin/v1/session', { data: { key: await this.keyOf(role) } })
    assert.equal(signedIn.status(), 200, await signedIn.text())
  }

  /** One page of the console, when its heading is there; lent until `rest`, in a tab that others of this look had before. */
  async page(path: string, look: Look = {}): Promise<Page> {
    const page = look.own === true || look.worker === true ? await this.#tab(await this.visitor(look)) : await this.#lend(look)
    this.#paths.set(page, path)
    await page.goto(`/console${path}`)
    await page.locator('h1').first().waitFor()
    return page
  }

  /** Takes back what was lent, as if it had never been used. */
  async rest(): Promise<void> {
    await Promise.all(
      this.#windows.flatMap(({ lent, free }) =>
        lent.splice(0).map(async (page) => {
          await page.evaluate(() => {
            localStorage.clear()
            sessionStorage.clear()
          })
          await page.goto('about:blank')
          free.push(page)
        }),
      ),
    )
  }

  async #lend({ theme = 'light', language = 'en', size = WIDE, role = 'administrator' }: Look): Promise<Page> {
    const window = await this.#window(language, role)
    const page = window.free.pop() ?? (await this.#tab(window.context))
    window.lent.push(page)
    await page.setViewportSize(size)
    await page.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce', forcedColors: null, media: null })
    return page
  }

  /** One that somebody of this role looks out of already, or that nobody does, or a new one. Whoever comes as nobody is alone in it. */
  async #window(language: string, role: Role): Promise<Window> {
    const spoken = this.#windows.filter((each) => each.language === language)
    const shared = spoken.find((each) => each.role === role && role !== 'nobody')
    if (shared !== undefined) return shared
    const empty = spoken.find(({ lent }) => lent.length === 0)
    if (empty !== undefined) {
      await this.#signIn(empty.context, role)
      return Object.assign(empty, { role })
    }
    const made: Window = { context: await this.visitor({ language, role }), language, role, lent: [], free: [] }
    this.#windows.push(made)
    return made
  }

  async #tab(window: BrowserContext): Promise<Page> {
    const page = await window.newPage()
    const complain = (message: string): void => void this.complaints.push(`${this.#paths.get(page)}: ${message}`)
    page.on('pageerror', ({ message }) => complain(message))
    page.on('console', (message) => {
      if (message.type() === 'error' && !/status of [45]\d\d/.test(message.text())) complain(message.text())
    })
    return page
  }
}

const AXE = readFileSync(join(ROOT, 'node_modules/axe-core/axe.min.js'), 'utf8')
type Violation = { readonly id: string; readonly nodes: readonly { readonly html: string; readonly failureSummary?: string }[] }
/** What axe-core finds against WCAG 2.2 AA, one line for each element; of some rules alone where they are named. Of an open dialog, it alone. */
export const violations = async (page: Page, rules?: readonly string[]): Promise<string[]> => {
  // The page's policy allows no script of ours; the browser's own door does.
  if (!(await page.evaluate(() => 'axe' in globalThis))) await page.evaluate(AXE)
  const found = await page.evaluate(async (only) => {
    const { axe } = globalThis as unknown as { axe: { run(on: Node, options: object): Promise<{ violations: Violation[] }> } }
    const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']
    const runOnly = only === undefined ? { type: 'tag', values: tags } : { type: 'rule', values: only }
    // What lies behind a dialog cannot be reached, and was judged before.
    const on = document.querySelector('dialog[open]') ?? document
    return (await axe.run(on, { runOnly, resultTypes: ['violations'] })).violations
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
