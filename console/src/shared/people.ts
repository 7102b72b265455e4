/**
 * Names of those who act. Entries carry ids, roles and seats; the service says which names this seat may know. They are
 * fetched once, when the first one is needed, and again when an id turns up that nobody had then.
 */
import { signal } from '@preact/signals';
import { read, type Schemas } from './api';
import { gathered } from './resource';
import { me } from './session';

type Person = Schemas['PersonView'];

const people = signal<ReadonlyMap<string, Person>>(new Map());
const asked = new Set<string>();

const look = gathered(async () => {
  try {
    const found = (await read('/api/v1/people')).people;
    people.value = new Map(found.map((one) => [one.id, one]));
  } catch {
    // Roles stand where names are missing; whoever draws them again asks again.
    asked.clear();
  }
}, 20);

/** The name of somebody who acted; undefined while it is not known here, or not for this seat to know. */
export function nameOf(actor_id: string | null): string | undefined {
  if (actor_id === null) return undefined;
  if (actor_id === me.value?.id) return me.value.name;
  const found = people.value.get(actor_id);
  if (found === undefined && !asked.has(actor_id)) {
    asked.add(actor_id);
    void look();
  }
  return found?.name;
}
