/** Names of people: entries hold who acted by id, seat and role; names come from wherever they were heard. */
import type { Schemas } from '../shared/api';
import { named } from '../shared/i18n';
import { me } from '../shared/session';
import { organisationOf } from '../shared/store';
import { common } from '../shared/words';
import { nameHeard } from './presence';
import { rings } from './rings';
import { t } from './texts';

/** The name of somebody, as far as this seat has heard it. */
export function nameOf(actor_id: string): string | undefined {
  if (actor_id === me.value?.id) return me.value.name;
  return (
    nameHeard(actor_id) ??
    rings().value.value?.find((ring) => ring.answered_by === actor_id)?.answered_by_name
  );
}

/** Who, from where: name or role, seat, organisation. */
export function whoDid(act: Pick<Schemas['Act'], 'actor_id' | 'role' | 'seat' | 'organisation_id' | 'source'>): string {
  if (act.role === 'system') return common.system;
  const role = t[`role-${act.role}`];
  const name = act.actor_id === null ? undefined : nameOf(act.actor_id);
  const organisation = organisationOf(act.organisation_id);
  const own = act.organisation_id === me.value?.organisation.id;
  return [name ?? role, act.seat, own || organisation === undefined ? '' : named(organisation)].filter(Boolean).join(' · ');
}
