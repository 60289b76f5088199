/** Has the browser keep the frame of the console, so that it opens without a connection. Only where the page came securely. */
export const keepFrame = (): void => {
  const { serviceWorker } = navigator as { serviceWorker?: ServiceWorkerContainer }
  if (serviceWorker === undefined || !import.meta.env.PROD) return
  // The name of this file is its content's: another build, another worker.
  const build = encodeURIComponent(new URL(import.meta.url).pathname)
  // Without one the console works as well, as long as it is reached.
  serviceWorker.register(`/console/worker.js?build=${build}`, { scope: '/console/' }).catch(() => undefined)
}
