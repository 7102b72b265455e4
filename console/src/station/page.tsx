/** The station page: orders above all, then the runs and the units of this station. */
import { useEffect } from 'preact/hooks';
import { wordsOf } from '../shared/api';
import { Field, Shell, toast } from '../shared/components';
import { named } from '../shared/i18n';
import { useKeys } from '../shared/keys';
import { followAlarms } from '../shared/server-alarms';
import { me } from '../shared/session';
import { keep, list, storeFailure } from '../shared/store';
import { titles } from '../shared/titles';
import { Dialogs, open } from './dialogs';
import { Orders } from './orders';
import { Runs } from './runs';
import { chosen, followOrders, hear, ownUnits, ready, station, unheard } from './state';
import { t } from './texts';
import { Units } from './units';

function useOrderKeys(): void {
  const first = () => unheard.peek()[0];
  useKeys([
    {
      keys: 'F2',
      says: () => t.heard,
      run: () => {
        const run = first();
        if (run !== undefined) hear(run).catch((error: unknown) => toast(wordsOf(error), { tone: 'bad' }));
      },
    },
    { keys: 'F4', says: () => t.cannotGo, run: () => first() && open({ form: 'refuse', run: first()! }) },
    { keys: 'F6', says: () => t.nameCrew, run: () => first() && open({ form: 'crew', unit: first()!.assignment.unit_id }) },
  ]);
}

/** For somebody who has no station of their own: a shift leader who stands in. */
function ChooseStation() {
  const all = list('stations').value.value ?? [];
  return (
    <Field label={t.chooseStation} class="choose-station">
      {(joined) => (
        <select {...joined} value={chosen.value ?? ''} onInput={(event) => (chosen.value = event.currentTarget.value || null)}>
          <option value="">{t.choose}</option>
          {all.map((one) => <option key={one.id} value={one.id}>{named(one)}</option>)}
        </select>
      )}
    </Field>
  );
}

function Tools() {
  const own = list('stations').value.value?.find((one) => one.id === station.value);
  return (
    <>
      {own && <strong>{named(own)}</strong>}
      <span class="quiet number">{t.readyCount(ready.value, ownUnits.value.length)}</span>
    </>
  );
}

export function Station() {
  keep('incidents', 'units');
  useEffect(followOrders, []);
  useEffect(() => followAlarms(), []);
  useOrderKeys();
  return (
    <Shell title={titles.station} tools={<Tools />}>
      {storeFailure.value !== null && <div class="banner note" role="status">{t.failed}</div>}
      <Orders />
      {me.value?.station_id === null && <ChooseStation />}
      {station.value !== null && (
        <div class="station-panes">
          <Runs />
          <Units />
        </div>
      )}
      <Dialogs />
    </Shell>
  );
}
