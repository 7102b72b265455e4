/** Where a patient is brought, when the dispatcher chooses: hospitals in their order, with reasons and warnings. */
import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { read, send, wordsOf, type Schemas } from '../shared/api';
import { mmss } from '../shared/clock';
import { Dialog, Field, toast } from '../shared/components';
import { distance, named, texts } from '../shared/i18n';
import { incidents } from '../shared/store';
import { sayOr } from '../shared/wording';
import { common } from '../shared/words';
import { ReasonField } from './dialogs';
import { codeWord } from './codes';
import { t } from './texts';
import { asking, chosen, done } from './work';

const wishText = texts({
  'zh-CN': { wish: '患者或家属希望去', none: '无特别意愿' },
  en: { wish: 'Patient or family wish', none: 'no wish' },
});

export const destinationsOf = (case_id: string, wish = '') =>
  read('/api/v1/cases/{case_id}/destinations', { path: { case_id }, ...(wish && { query: { wish } }) });

export async function chooseDestination(case_id: string, facility_id: string, reason: string, name: string): Promise<void> {
  await send('/api/v1/cases/{case_id}/destination', { path: { case_id }, body: { facility_id, reason } });
  const incident = chosen.peek();
  if (incident !== undefined) incidents.touch(incident.id);
  toast(t.destinationChosen(name));
}

export function DestinationDialog() {
  const now = asking.value;
  return now?.what === 'destination' ? <Choose key={now.case_id} case_id={now.case_id} /> : null;
}

function Choose({ case_id }: { case_id: string }) {
  const found = useSignal<Schemas['Destinations'] | null>(null);
  const failure = useSignal<unknown>(null);
  const wanted = useSignal('');
  const reason = useSignal('');
  const wish = useSignal('');
  useEffect(() => {
    // An answer to an earlier wish does not come over the present one.
    let present = true;
    destinationsOf(case_id, wish.value).then(
      (answer) => {
        if (!present) return;
        found.value = answer;
        failure.value = null;
        wanted.value = answer.destinations[0]?.facility_id ?? '';
      },
      (error: unknown) => void (present && (failure.value = error)),
    );
    return () => {
      present = false;
    };
  }, [wish.value]);
  const ranked = found.value?.destinations ?? [];
  const skips = ranked[0] !== undefined && wanted.value !== ranked[0].facility_id;
  const give = async (): Promise<void> => {
    const one = ranked.find((other) => other.facility_id === wanted.value);
    if (one === undefined) return;
    await chooseDestination(case_id, one.facility_id, reason.value, named(one));
    done();
  };
  return (
    <Dialog open title={t.chooseDestination} submit={t.bringThere} onClose={done} onSubmit={give}>
      {failure.value !== null && <p class="wrong" role="alert">{wordsOf(failure.value)}</p>}
      {found.value === null && failure.value === null && <p class="quiet">{common.loading}</p>}
      {found.value !== null && found.value.alerts.length > 0 && <p>{found.value.alerts.map(codeWord).join(t.and)}</p>}
      {ranked.length > 0 && (
        <Field label={wishText.wish}>
          {(to) => (
            <select {...to} value={wish.value} onChange={(event) => (wish.value = event.currentTarget.value)}>
              <option value="">{wishText.none}</option>
              {ranked.map((one) => <option key={one.facility_id} value={one.facility_id}>{named(one)}</option>)}
            </select>
          )}
        </Field>
      )}
      <div class="scroll destinations" tabIndex={0} role="region" aria-label={t.chooseDestination}>
        {ranked.slice(0, 12).map((one) => (
          <label key={one.facility_id} class="destination">
            <input type="radio" name="facility" checked={wanted.value === one.facility_id} onChange={() => (wanted.value = one.facility_id)} />
            <span class="grow">
              <b>{one.rank}. {named(one)}</b> {one.suits ? '' : <span class="badge warn">△</span>} {one.wished && <span class="badge">{t.wished}</span>}
              <span class="reasons">{one.reasons.map(sayOr).join(' · ')}</span>
              {one.warnings.length > 0 && <span class="late">⚠ {one.warnings.map(sayOr).join(' · ')}</span>}
            </span>
            <span class="number">{mmss(one.time_s)}{one.distance_m !== null && <span class="quiet"> {distance(one.distance_m)}</span>}</span>
          </label>
        ))}
      </div>
      {skips && <ReasonField value={reason} label={t.overrideReason} />}
    </Dialog>
  );
}
