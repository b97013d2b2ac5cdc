import net, { type AddressInfo } from 'node:net'

/** A way to a port of this machine that can become a black hole: what goes in then comes out nowhere, and nothing is refused. */
export class Passage {
  readonly #server: net.Server
  readonly #sockets = new Set<net.Socket>()
  #blocked = false

  private constructor(to: number) {
    this.#server = net.createServer((near) => {
      this.#keep(near)
      if (this.#blocked) return
      const far = net.connect(to, '127.0.0.1')
      this.#keep(far)
      near.pipe(far)
      far.pipe(near)
    })
  }

  static async open(to: number): Promise<Passage> {
    const passage = new Passage(to)
    await new Promise<void>((resolve) => passage.#server.listen(0, '127.0.0.1', resolve))
    return passage
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port
  }

  /** From now on nothing comes through, on connections that stand neither. */
  block(): void {
    this.#blocked = true
    for (const socket of this.#sockets) socket.unpipe().pause()
  }

  /** Lets new connections through; those that were swallowed break. */
  unblock(): void {
    this.#blocked = false
    this.#cut()
  }

  close(): void {
    this.#server.close()
    this.#cut()
  }

  #cut(): void {
    for (const socket of this.#sockets) socket.destroy()
  }

  #keep(socket: net.Socket): void {
    this.#sockets.add(socket)
    // Whoever is cut off says so by an error, and both ends go together.
    socket.on('error', () => socket.destroy())
    socket.on('close', () => this.#sockets.delete(socket))
  }
}
