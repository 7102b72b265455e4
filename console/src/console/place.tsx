/** Where it is, corrected: in words, by a point with its datum, or by clicking on the map. Crews on the way are told. */
import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { send } from '../shared/api';
import { Dialog, Field, toast } from '../shared/components';
import { incidents, type Incident } from '../shared/store';
import { fresh, Newer, useSeen } from './conflict';
import { DATUMS, readPlace } from './coordinates';
import { submitKey } from './dialogs';
import { pickPlace } from './picking';
import { askRanking } from './ranking';
import { t } from './texts';
import { ask, askedAbout, asking, done, editing } from './work';

interface Typed {
  incident_id: string;
  address: string;
  point: string;
  datum: (typeof DATUMS)[number];
  reason: string;
  /** Of the place as it was when the person began. */
  version: number;
}

/** Kept while the dialog is away for a click on the map, and when a correction fails. */
let typed: Typed | null = null;

export function PlaceDialog() {
  const incident = askedAbout.value;
  if (asking.value?.what !== 'place' || incident === undefined) return null;
  return <Correct key={incident.id} incident={incident} />;
}

function Correct({ incident }: { incident: Incident }) {
  const from: Typed = typed?.incident_id === incident.id ? typed : { incident_id: incident.id, address: incident.address, point: '', datum: 'gcj02', reason: '', version: incident.place_version };
  const form = useSignal(from);
  const { newer, give: giveSeen } = useSeen(incident, 'place_version', from.version);
  const put = (change: Partial<Typed>): void => {
    typed = form.value = { ...form.peek(), ...change };
  };
  useEffect(() => {
    editing.value = 'place';
    return () => {
      editing.value = null;
    };
  }, []);
  const leave = (): void => {
    typed = null;
    done();
  };
  const click = async (): Promise<void> => {
    done();
    const at = await pickPlace(t.pickPlace(incident.code));
    if (at !== null) typed = { ...form.peek(), point: `${at[0].toFixed(6)}, ${at[1].toFixed(6)}`, datum: 'wgs84' };
    ask({ what: 'place' });
  };
  const { address, point, datum, reason } = form.value;
  const place = readPlace(point);
  const wrong = point.trim() !== '' && (place === null || 'code' in place) ? t.coordinatesWrong : undefined;
  const give = async (): Promise<void> => {
    if (wrong !== undefined) return;
    const at = place !== null && !('code' in place) ? { ...place, datum } : {};
    const changed = address.trim() !== incident.address || Object.keys(at).length === 0;
    const correction = { ...(changed && { address: address.trim() }), ...at, reason: reason.trim() };
    if (await giveSeen((version) => correctPlace(incident, correction, version))) leave();
  };
  return (
    <Dialog open title={t.placeTitle(incident.code)} submit={newer.value.length > 0 ? t.setAllTheSame : t.correctPlace} onClose={leave} onSubmit={give}>
      <Newer entries={newer.value} />
      <Field label={t.spokenAddress}>
        {(joined) => <textarea {...joined} autofocus rows={2} class="short" maxLength={4000} value={address} onInput={(event) => put({ address: event.currentTarget.value })} onKeyDown={submitKey} />}
      </Field>
      <div class="row ends">
        <Field label={t.coordinates} wrong={wrong} class="grow">
          {(joined) => <input {...joined} autocomplete="off" value={point} onInput={(event) => put({ point: event.currentTarget.value })} />}
        </Field>
        <Field label={t.datum}>
          {(joined) => (
            <select {...joined} value={datum} onChange={(event) => put({ datum: event.currentTarget.value as Typed['datum'] })}>
              {DATUMS.map((one) => <option key={one} value={one}>{t[one]}</option>)}
            </select>
          )}
        </Field>
        <button type="button" onClick={() => void click()}>{t.pickOnMap}</button>
      </div>
      <Field label={t.reason}>
        {(joined) => <input {...joined} maxLength={400} value={reason} onInput={(event) => put({ reason: event.currentTarget.value })} />}
      </Field>
      <p class="quiet">{t.crewsAreTold}</p>
    </Dialog>
  );
}

interface Correction {
  address?: string;
  lon?: number;
  lat?: number;
  datum?: (typeof DATUMS)[number];
  reason: string;
}

export async function correctPlace(incident: Incident, correction: Correction, version: number = incident.place_version): Promise<void> {
  const body = { ...correction, version };
  incidents.put(await fresh(send('/api/v1/incidents/{incident_id}/place', { path: { incident_id: incident.id }, body })));
  askRanking();
  toast(t.placeCorrected(incident.code));
}
