import { notFound } from 'next/navigation'
import { Problem } from './errors'

/** For pages: what a query refuses as not found becomes the page that says so; every other error goes on. */
export async function found<T>(read: Promise<T>): Promise<T> {
  try {
    return await read
  } catch (error) {
    if (error instanceof Problem && error.code === 'not-found') notFound()
    throw error
  }
}
