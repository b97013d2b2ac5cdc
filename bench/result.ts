/** One line of a bench's table. `aim` is how it is written, `ok` whether it was reached. */
export interface Result {
  name: string
  value: number
  unit: string
  aim?: string
  ok?: boolean
}
