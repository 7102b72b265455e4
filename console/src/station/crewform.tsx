/** Name the crew of a unit: driver, doctor, nurse, from the station's staff. Whoever comes aboard leaves where they were. */
import { useSignal } from '@preact/signals';
import { useEffect, useMemo } from 'preact/hooks';
import { read, send, wordsOf, type Schemas } from '../shared/api';
import { Dialog, toast } from '../shared/components';
import { resource } from '../shared/resource';
import { units, type Unit } from '../shared/store';
import { common } from '../shared/words';
import { ROLES } from './people';
import { t } from './texts';

type Person = Schemas['StaffView'];

function Role({ role, unit, staff, aboard, toggle }: {
  role: Person['role'];
  unit: Unit;
  staff: readonly Person[];
  aboard: ReadonlySet<string>;
  toggle: (id: string) => void;
}) {
  const near = (person: Person): boolean => person.station_id === null || person.station_id === unit.station_id;
  const row = (person: Person) => (
    <label class="check" key={person.id}>
      <input type="checkbox" checked={aboard.has(person.id)} onChange={() => toggle(person.id)} />
      <span>
        {person.name}{' '}
        <span class="quiet">{person.unit_id === unit.id ? t.here : person.call_sign === null ? t.free : t.on(person.call_sign)}</span>
      </span>
    </label>
  );
  const others = staff.filter((person) => !near(person));
  return (
    <fieldset class="people-choice">
      <legend>{t[role]}</legend>
      {staff.length === 0 && <p class="quiet">{t.noStaff}</p>}
      {staff.filter(near).map(row)}
      {others.length > 0 && (
        <details>
          <summary>{t.otherStations}</summary>
          {others.map(row)}
        </details>
      )}
    </fieldset>
  );
}

export function CrewForm({ unit, close }: { unit: Unit; close: () => void }) {
  const version = useMemo(() => unit.version, []);
  const staff = useMemo(
    () => resource(async () => (await read('/api/v1/stations/{station_id}/staff', { path: { station_id: unit.station_id } })).staff),
    [unit.id],
  );
  useEffect(() => () => staff.stop(), [staff]);
  const aboard = useSignal<ReadonlySet<string>>(new Set(unit.crew.map((person) => person.id)));
  const all = staff.value.value;
  const toggle = (id: string): void => {
    const next = new Set(aboard.peek());
    if (!next.delete(id)) next.add(id);
    aboard.value = next;
  };
  const missing = ROLES.filter((role) => !all?.some((person) => person.role === role && aboard.value.has(person.id)));
  return (
    <Dialog
      open
      title={t.crewOf(unit.call_sign)}
      onClose={close}
      submit={common.confirm}
      onSubmit={async () => {
        const body = { staff: [...aboard.value], version };
        units.put(await send('/api/v1/units/{unit_id}/crew', { path: { unit_id: unit.id }, body }));
        toast(t.crewSaved(unit.call_sign));
        close();
      }}
    >
      {all === undefined && (staff.failure.value === null ? <p class="quiet">{common.loading}</p> : <p class="wrong" role="alert">{wordsOf(staff.failure.value)}</p>)}
      {all !== undefined && (
        <div class="people-choices">
          {ROLES.map((role) => (
            <Role key={role} role={role} unit={unit} staff={all.filter((person) => person.role === role)} aboard={aboard.value} toggle={toggle} />
          ))}
        </div>
      )}
      <p role="status" class={missing.length > 0 ? 'warn' : 'quiet'}>
        {all !== undefined && missing.length > 0 && `⚠ ${t.crewMissing(missing.map((role) => t[role]).join(' · '))}`}
      </p>
    </Dialog>
  );
}
