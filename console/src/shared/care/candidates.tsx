/** Facilities that could take the patient, ranked by the service with its reasons; a person approves and orders them. */
import type { Signal } from '@preact/signals';
import { useEffect, useMemo } from 'preact/hooks';
import { read, type Schemas } from '../api';
import { named } from '../i18n';
import { resource } from '../resource';
import { sayOr } from '../wording';
import { common } from '../words';
import { careText as t } from './texts/care';

export type Candidate = Schemas['CandidateView'];

/** What a facility must be able to do for a patient of this department. */
const NEEDS: Record<string, string> = {
  emergency: 'ed', icu: 'icu', cardiology: 'cath-lab', stroke: 'stroke-centre', trauma: 'trauma-centre', obstetrics: 'maternal',
  paediatrics: 'paediatric', isolation: 'isolation', surgery: 'surgery',
};

interface Wanted {
  direction: Schemas['Direction'];
  urgency: Schemas['Urgency'];
  department: string;
  based_on?: string | undefined;
}

/** The suggestion for what is wanted, kept current while capacities change. */
export function useCandidates({ direction, urgency, department, based_on }: Wanted) {
  const found = useMemo(() => {
    const need = direction === 'down' ? undefined : NEEDS[department];
    const query = { direction, urgency, department, limit: 40, ...(need && { capabilities: [need] }), ...(based_on && { based_on }) };
    return resource(async () => (await read('/api/v1/referrals/candidates', { query })).candidates, { topics: ['facility'], everyMs: 60_000 });
  }, [direction, urgency, department, based_on]);
  useEffect(() => found.stop, [found]);
  return found;
}

interface PickerProps {
  wanted: Wanted;
  /** Ids in the order in which they are asked. */
  chosen: Signal<string>;
  /** At once, or one after the other. */
  parallel: boolean;
  label: string;
  without?: readonly string[];
  onKnown?: (candidates: readonly Candidate[]) => void;
}

export const idsOf = (chosen: string): string[] => chosen.split(',').filter(Boolean);

function Row({ one, place, parallel, toggle, earlier }: { one: Candidate; place: number; parallel: boolean; toggle: () => void; earlier: () => void }) {
  const name = named(one);
  return (
    <li class="care-candidate" data-chosen={place >= 0}>
      <label>
        <input type="checkbox" checked={place >= 0} onChange={toggle} />
        <span class="grow">
          <b>{name}</b>
          {place >= 0 && !parallel && <span class="badge"> {t.nth(place + 1)}</span>}
          <span class="care-reasons">
            {one.reasons.map((reason) => <span key={reason.code}><span aria-hidden="true">✓ </span>{sayOr(reason)}</span>)}
            {one.warnings.map((reason) => <span key={reason.code} class="care-warn"><span aria-hidden="true">▲ </span>{sayOr(reason)}</span>)}
          </span>
        </span>
      </label>
      <span class="row care-tight">
        {one.telephone && <a href={`tel:${one.telephone}`} aria-label={`${name} ${one.telephone}`}>{one.telephone}</a>}
        {place > 0 && !parallel && <button type="button" class="small" onClick={earlier} aria-label={t.earlierOf(name)}>↑ {t.earlier}</button>}
      </span>
    </li>
  );
}

export function CandidatePicker({ wanted, chosen, parallel, label, without = [], onKnown }: PickerProps) {
  const found = useCandidates(wanted);
  const candidates = found.value.value?.filter((one) => !without.includes(one.facility_id));
  useEffect(() => {
    if (candidates !== undefined) onKnown?.(candidates);
  }, [found.value.value]);
  const ids = idsOf(chosen.value);
  const toggle = (id: string): void => {
    chosen.value = (ids.includes(id) ? ids.filter((one) => one !== id) : [...ids, id]).join(',');
  };
  const earlier = (place: number): void => {
    const next = [...ids];
    [next[place - 1], next[place]] = [next[place]!, next[place - 1]!];
    chosen.value = next.join(',');
  };
  return (
    <fieldset class="care-candidates">
      <legend>{label}</legend>
      {candidates === undefined && <p class="quiet">{found.failure.value === null ? common.loading : common.failed}</p>}
      {candidates?.length === 0 && <p class="care-late">{t.noCandidates}</p>}
      <ul>
        {candidates?.map((one) => {
          const place = ids.indexOf(one.facility_id);
          return <Row key={one.facility_id} one={one} place={place} parallel={parallel} toggle={() => toggle(one.facility_id)} earlier={() => earlier(place)} />;
        })}
      </ul>
    </fieldset>
  );
}
