// Keeps the frame of the console, never a figure: without a connection it opens, and says that the exchange was not reached.
// What is kept is named after the build: another build begins anew.
const build = new URL(self.location.href).searchParams.get('build')
const PAGE = '/console/'

const keepShell = async () => {
  const kept = await caches.open(build)
  const page = await fetch(PAGE, { cache: 'no-cache' })
  const parts = (await page.clone().text()).match(/\/console\/(?:assets\/[^"]+|[\w.-]+\.(?:svg|webmanifest|css))/g) ?? []
  await Promise.all([kept.put(PAGE, page), kept.addAll(parts)])
}
const dropOthers = async () => {
  const names = await caches.keys()
  await Promise.all(names.filter((name) => name !== build).map((name) => caches.delete(name)))
}

/** Assets never change under their name. */
const fromKept = async (request) => {
  const kept = await caches.open(build)
  const known = await kept.match(request)
  if (known !== undefined) return known
  const answer = await fetch(request)
  if (answer.ok) await kept.put(request, answer.clone())
  return answer
}
const pageOf = async (request) => {
  try {
    return await fetch(request)
  } catch {
    return (await (await caches.open(build)).match(PAGE)) ?? Response.error()
  }
}

self.addEventListener('install', (event) => event.waitUntil(keepShell().then(() => self.skipWaiting())))
self.addEventListener('activate', (event) => event.waitUntil(dropOthers().then(() => self.clients.claim())))
self.addEventListener('fetch', (event) => {
  const { pathname, origin } = new URL(event.request.url)
  if (event.request.method !== 'GET' || origin !== self.location.origin) return
  if (pathname.startsWith('/console/assets/')) event.respondWith(fromKept(event.request))
  else if (event.request.mode === 'navigate' && pathname.startsWith(PAGE)) event.respondWith(pageOf(event.request))
})
