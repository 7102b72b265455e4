/** Who did something, in the words of this page: name, role, seat, organisation. */
import type { Schemas } from '../shared/api';
import { named } from '../shared/i18n';
import { nameOf } from '../shared/people';
import { me } from '../shared/session';
import { organisationOf } from '../shared/store';
import { common } from '../shared/words';
import { t } from './texts';

/** A seat or a role that the name itself says already is not said twice. */
export function whoDid(act: Pick<Schemas['Act'], 'actor_id' | 'role' | 'seat' | 'organisation_id'>): string {
  if (act.role === 'system') return common.system;
  const name = nameOf(act.actor_id) ?? '';
  const organisation = organisationOf(act.organisation_id);
  const own = act.organisation_id === me.value?.organisation.id;
  const seat = act.seat === act.role ? '' : act.seat;
  const more = [t[`role-${act.role}`], seat, own || organisation === undefined ? '' : named(organisation)];
  return [name, ...more.filter((word) => word && !name.includes(word))].filter(Boolean).join(' · ');
}
