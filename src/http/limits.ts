/** How much one address may ask. Kept in memory, bounded; instants are milliseconds of any clock that does not go back. */

/** Addresses that are remembered; of more than that, those that came first are forgotten. */
const remembered = 10_000

/** One client, as far as an address tells: of IPv6 the network, since everybody has a whole one. */
export function clientOf(address: string): string {
  const plain = address.replace(/^::ffff:(?=\d+\.)/i, '').replace(/%.*$/, '')
  if (!plain.includes(':')) return plain
  const [head = '', tail = ''] = plain.split('::')
  const first = head.split(':').filter(Boolean)
  const last = tail.split(':').filter(Boolean)
  const groups = plain.includes('::')
    ? [...first, ...Array.from({ length: Math.max(0, 8 - first.length - last.length) }, () => '0'), ...last]
    : first
  return `${groups.slice(0, 4).join(':')}::/64`
}

/** Requests: so many at once, and then as many as come back in each minute. */
export class RequestLimit {
  readonly #perMinute: number
  readonly #left = new Map<string, { requests: number; at: number }>()

  constructor(perMinute: number) {
    this.#perMinute = perMinute
  }

  /** Takes one request; 0 when it is allowed, else the seconds after which the next one is. */
  take(client: string, now: number): number {
    const before = this.#left.get(client) ?? { requests: this.#perMinute, at: now }
    const requests = Math.min(this.#perMinute, before.requests + ((now - before.at) / 60_000) * this.#perMinute)
    remember(this.#left, client, { requests: requests >= 1 ? requests - 1 : requests, at: now })
    return requests >= 1 ? 0 : Math.ceil(((1 - requests) / this.#perMinute) * 60)
  }
}

/** Different wrong keys that an address may try. */
const tries = 10
const forgottenAfterMs = 15 * 60_000

/**
 * Guesses of the key. The same wrong key again is no new guess: a client that was given an old one knocks on and on, and must not lock out
 * others at its address.
 */
export class GuessLimit {
  readonly #wrong = new Map<string, { keys: Set<string>; since: number }>()

  /** Seconds for which nothing of this address is looked at; 0 = it may ask. */
  blocked(client: string, now: number): number {
    const wrong = this.#wrong.get(client)
    if (!wrong || wrong.keys.size < tries) return 0
    const left = wrong.since + forgottenAfterMs - now
    if (left > 0) return Math.ceil(left / 1000)
    this.#wrong.delete(client)
    return 0
  }

  /** A wrong key, by its digest. */
  failed(client: string, digest: string, now: number): void {
    const before = this.#wrong.get(client)
    const wrong = before && now - before.since < forgottenAfterMs ? before : { keys: new Set<string>(), since: now }
    wrong.keys.add(digest)
    remember(this.#wrong, client, wrong)
  }
}

function remember<T>(map: Map<string, T>, key: string, value: T): void {
  map.delete(key)
  map.set(key, value)
  if (map.size <= remembered) return
  for (const oldest of map.keys()) {
    map.delete(oldest)
    return
  }
}
