/** Ids that follow from others: the service gives a patient's case the id uuid5(assignment, command), so do we. */

/** RFC 9562 version 5. */
export async function uuid5(namespace: string, name: string): Promise<string> {
  const space = Uint8Array.from(namespace.replaceAll('-', '').match(/../g)!, (pair) => parseInt(pair, 16));
  const told = new TextEncoder().encode(name);
  const both = new Uint8Array(space.length + told.length);
  both.set(space);
  both.set(told, space.length);
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-1', both)).slice(0, 16);
  digest[6] = (digest[6]! & 0x0f) | 0x50;
  digest[8] = (digest[8]! & 0x3f) | 0x80;
  const hex = [...digest].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}
