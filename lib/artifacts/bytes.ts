import { closeSync, fstatSync, openSync, readSync } from 'node:fs'

/** Bytes at an offset, without holding the whole: a file or a buffer. `read` gives fewer bytes only at the end. */
export interface ByteSource {
  size: number
  read(offset: number, length: number): Uint8Array
}

/** Bytes in memory as a source. */
export function bytesOf(bytes: Uint8Array): ByteSource {
  return { size: bytes.length, read: (offset, length) => bytes.subarray(offset, offset + length) }
}

const WINDOW = 64 * 1024

/** Runs `use` over a file, read in windows of 64 kB; the file is closed afterwards. Only what is asked for is read. */
export function withFile<T>(path: string, use: (source: ByteSource) => T): T {
  const fd = openSync(path, 'r')
  try {
    const size = fstatSync(fd).size
    const window = Buffer.alloc(WINDOW)
    let from = 0
    let to = 0
    const read = (offset: number, length: number): Uint8Array => {
      const wanted = Math.max(0, Math.min(length, size - offset))
      if (wanted > WINDOW) {
        const big = Buffer.alloc(wanted)
        return big.subarray(0, readSync(fd, big, 0, wanted, offset))
      }
      if (offset < from || offset + wanted > to) {
        from = offset
        to = offset + readSync(fd, window, 0, WINDOW, offset)
      }
      return window.subarray(offset - from, offset - from + wanted)
    }
    return use({ size, read })
  } finally {
    closeSync(fd)
  }
}
