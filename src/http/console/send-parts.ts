import type { Context } from './application.ts'
import type { FileAnswer } from './contract/route.ts'

/** A file that goes out as it is made; whoever leaves in the middle ends the making. A failure in the middle breaks the connection off (G5). */
export const sendParts = (context: Context, { name, type, parts }: FileAnswer): Response => {
  const encoder = new TextEncoder()
  const iterator = parts[Symbol.asyncIterator]()
  const body = new ReadableStream<Uint8Array>({
    pull: async (controller) => {
      const { done, value } = await iterator.next()
      if (done === true) controller.close()
      else controller.enqueue(encoder.encode(value))
    },
    cancel: async () => {
      await iterator.return?.()
    },
  })
  return context.body(body, 200, { 'content-type': `${type}; charset=utf-8`, 'content-disposition': `attachment; filename="${name}"` })
}
