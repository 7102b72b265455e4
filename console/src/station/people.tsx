/** Who is aboard: role and name of each, with a telephone that can be called. */
import type { Schemas } from '../shared/api';
import { t } from './texts';

export const ROLES = ['driver', 'doctor', 'nurse'] as const;

export function People({ crew }: { crew: readonly Schemas['CrewMember'][] }) {
  if (crew.length === 0) return <span>{t.nobody}</span>;
  const sorted = [...crew].sort((a, b) => ROLES.indexOf(a.role) - ROLES.indexOf(b.role));
  return (
    <span class="people">
      {sorted.map((person) => (
        <span key={person.id}>
          <span class="quiet">{t[person.role]}</span> {person.name}
        </span>
      ))}
    </span>
  );
}
