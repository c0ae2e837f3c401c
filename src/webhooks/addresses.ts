/** Where deliveries may go. A webhook must not make this machine ask its own network: routers, databases, the metadata service of a cloud. */
import { BlockList, isIP, SocketAddress } from 'node:net'

/** Every block that IANA's registries of special-purpose addresses do not give to the public internet. */
const special = new BlockList()
for (const [block, bits] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
] as const) {
  special.addSubnet(block, bits, 'ipv4')
}
/** Of IPv6 only this is given to the public internet, */
const global = new BlockList()
global.addSubnet('2000::', 3, 'ipv6')
/** and not these of it: protocol assignments (Teredo among them), documentation, 6to4, SRv6. */
for (const [block, bits] of [
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
] as const) {
  special.addSubnet(block, bits, 'ipv6')
}
/** IPv6 spellings of IPv4 addresses: mapped, and NAT64. */
const mapped = /^(?:::ffff:|64:ff9b::)(\d+\.\d+\.\d+\.\d+|[0-9a-f]{1,4}:[0-9a-f]{1,4}|[0-9a-f]{1,4})$/

/** Whether an address is private, loopback, link-local, shared (CGNAT), documentation, multicast or otherwise not public; also what is no address. */
export function isPrivateAddress(address: string): boolean {
  const family = isIP(address)
  if (family === 4) return special.check(address, 'ipv4')
  if (family !== 6) return true
  // In its shortest spelling, without the zone.
  const plain = new SocketAddress({ address: address.replace(/%.*$/, ''), family: 'ipv6' }).address.toLowerCase()
  const inner = mapped.exec(plain)?.[1]
  if (inner !== undefined) return special.check(inner.includes('.') ? inner : dotted(inner), 'ipv4')
  return !global.check(plain, 'ipv6') || special.check(plain, 'ipv6')
}

/** Two groups of hex digits as an IPv4 address. */
function dotted(groups: string): string {
  const [high = 0, low = 0] = groups.includes(':')
    ? groups.split(':').map(group => Number.parseInt(group, 16))
    : [0, Number.parseInt(groups, 16)]
  return [high >> 8, high & 255, low >> 8, low & 255].join('.')
}

/** The address in a URL's host, without brackets; null where it is a name. */
export function literalAddress({ hostname }: URL): string | null {
  const bare = hostname.replace(/^\[|\]$/g, '')
  return isIP(bare) === 0 ? null : bare
}

/**
 * Why a URL cannot be a webhook, as what was expected; null when it can. What a name resolves to is checked at every connection, not here:
 * it may resolve to something else by then.
 */
export function refusedUrl(text: string, { allowPrivate }: { allowPrivate: boolean }): string | null {
  const url = URL.canParse(text) ? new URL(text) : null
  if (url === null || text.length > 2000) return 'an absolute URL of at most 2000 characters'
  if (url.protocol !== 'https:' && !(allowPrivate && url.protocol === 'http:')) {
    return 'an https:// URL (http:// only with WEBHOOKS_ALLOW_PRIVATE=true)'
  }
  if (url.username !== '' || url.password !== '') return 'a URL without user and password; deliveries are signed instead'
  const literal = literalAddress(url)
  const local = literal === null ? /(^|\.)localhost\.?$/.test(url.hostname) : isPrivateAddress(literal)
  return local && !allowPrivate ? 'a public address (private, loopback and link-local ones only with WEBHOOKS_ALLOW_PRIVATE=true)' : null
}
