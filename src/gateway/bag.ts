/** Something a bag holds; the place is the bag's. */
export type Bagged = { place: number }

/**
 * Things that come and go by the thousand. Not a `Set`: V8 replaces the table of a set that churns, each old table points to the
 * next, and once one is in the old generation it keeps all that follow, and the calls in them, until a full collection.
 */
export class Bag<T extends Bagged> {
  private readonly items: T[] = []

  get size(): number {
    return this.items.length
  }

  add(item: T): void {
    item.place = this.items.length
    this.items.push(item)
  }

  /** False when the item was not there. */
  remove(item: T): boolean {
    const { items } = this
    const { place } = item
    if (items[place] !== item) return false
    const last = items.pop() as T
    if (last !== item) {
      items[place] = last
      last.place = place
    }
    item.place = -1
    return true
  }

  /** What is there now; it may be removed while the list is gone through. */
  all(): readonly T[] {
    return [...this.items]
  }
}
