import ipaddr from 'ipaddr.js'

/** What beyond the public internet may be reached. Link-local, metadata, multicast, reserved and unspecified addresses never are. */
export interface Allow {
  /** This machine itself: 127.0.0.0/8, ::1. */
  loopback?: boolean
  /** Networks of one's own: 10/8, 172.16/12, 192.168/16, 100.64/10, fc00::/7. */
  private?: boolean
}

/** Where clouds tell a machine its own credentials, outside 169.254.0.0/16: some of these lie in ranges that are otherwise allowed. */
const METADATA = new Set([
  '100.100.100.200', // Alibaba Cloud
  '168.63.129.16', // Azure's wire server
  '192.0.0.192', // Oracle Cloud, classic
  'fd00:ec2::254', // AWS
  'fd20:ce::254', // Google Cloud
  'fd00:42::42', // Scaleway
])

const PRIVATE = new Set(['private', 'uniqueLocal', 'carrierGradeNat'])
const NAMES: Record<string, string> = {
  linkLocal: 'a link-local address, where clouds keep metadata and credentials',
  unspecified: 'the unspecified address, which means this machine',
  broadcast: 'a broadcast address',
  multicast: 'a multicast address',
  loopback: 'a loopback address, this machine itself',
  private: 'an address of a private network',
  uniqueLocal: 'an address of a private network',
  carrierGradeNat: 'an address of a private network',
}
const GLOBAL_UNICAST = ipaddr.parseCIDR('2000::/3') as [ipaddr.IPv6, number]
const NAT64 = ipaddr.parseCIDR('64:ff9b::/96') as [ipaddr.IPv6, number]

/** What speaks against an IP address, as what it is ("a loopback address ..."); null: it may be reached. An IPv4 address within an IPv6 one is judged as itself. */
export function addressRefusal(address: string, allow: Allow): string | null {
  if (!ipaddr.isValid(address)) return 'no IP address'
  const ip = embedded(ipaddr.parse(address))
  if (METADATA.has(ip.toString())) return 'where a cloud keeps metadata and credentials'
  const range = ip.range()
  if (range === 'loopback' && allow.loopback) return null
  if (PRIVATE.has(range) && allow.private) return null
  if (range === 'unicast' && (ip instanceof ipaddr.IPv4 || ip.match(GLOBAL_UNICAST))) return null
  return NAMES[range] ?? 'a reserved or translated address, not one of a server'
}

/** The IPv4 address in an IPv4-mapped one, and in one that NAT64 translates; else the address itself. */
function embedded(ip: ipaddr.IPv4 | ipaddr.IPv6): ipaddr.IPv4 | ipaddr.IPv6 {
  if (ip instanceof ipaddr.IPv4) return ip
  if (ip.isIPv4MappedAddress()) return ip.toIPv4Address()
  return ip.match(NAT64) ? new ipaddr.IPv4(ip.toByteArray().slice(12)) : ip
}
