/** Made when it is first asked for: what is fetched for somebody is fetched after they have signed in. */
export function once<T>(make: () => T): () => T {
  let made: { value: T } | null = null;
  return () => (made ??= { value: make() }).value;
}
