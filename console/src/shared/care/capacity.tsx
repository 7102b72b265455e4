/** What this facility can take, service by service: state, beds, how old that is and until when it holds. */
import { computed, useSignal } from '@preact/signals';
import { send, type Schemas } from '../api';
import { now, since } from '../clock';
import { Button, Dialog, undoable } from '../components';
import { dayTime, clockTime } from '../i18n';
import { me } from '../session';
import { common } from '../words';
import { facilities } from './facilities';
import { Choice, Line, Num, numberOf } from './fields';
import { careText as t } from './texts/care';
import { codesOf, codeWord } from './texts/codes';

export type Service = Schemas['FacilityView']['services'][number];
type ServiceName = Service['service'];

const own = computed(() => facilities.value?.find((one) => one.organisation.id === me.value?.organisation.id));

interface Said {
  service: ServiceName;
  state: Service['state'];
  beds_free: number | null;
  beds_total: number | null;
  comment: string;
  expires_at?: string | null;
}

const sayAgain = ({ service, state, beds_free, beds_total, comment }: Service): Said => ({ service, state, beds_free, beds_total, comment });

async function say(said: Said): Promise<void> {
  facilities.put(await send('/api/v1/facilities/{facility_id}/capacity', { path: { facility_id: own.value!.organisation.id }, body: said }));
}

/** Said, with ten seconds to say again what stood before. */
async function sayUndoable(said: Said, before: Service | undefined): Promise<void> {
  await say(said);
  if (before !== undefined) undoable(t.capacitySaid(codeWord('service', said.service)), () => say({ ...sayAgain(before), expires_at: before.expires_at }));
}

const SIGN = { open: '●', limited: '◐', closed: '✕' } as const;

function Row({ service, edit }: { service: Service; edit: () => void }) {
  const stale = Date.parse(service.expires_at) <= now.value;
  const beds = service.beds_free === null ? '–' : service.beds_total === null ? `${service.beds_free}` : `${service.beds_free}/${service.beds_total}`;
  return (
    <tr data-stale={stale}>
      <th scope="row">
        {codeWord('service', service.service)}
        {service.comment && <small class="quiet care-comment">{service.comment}</small>}
      </th>
      <td><span class="care-service" data-state={service.state}><span aria-hidden="true">{SIGN[service.state]} </span>{codeWord('serviceState', service.state)}</span></td>
      <td class="number">{beds}</td>
      <td>
        <span class="quiet">{t.ago(since(service.observed_at))}</span>
        <br />
        {stale ? <b class="care-late">⚠ {t.stale}</b> : <span class="quiet">{t.validUntil(clockTime(service.expires_at).slice(0, 5))}</span>}
      </td>
      <td>
        <div class="row care-tight">
          <Button size="small" look={stale ? 'primary' : undefined} aria-label={t.stillTrueOf(codeWord('service', service.service))} onPress={() => say(sayAgain(service))}>{t.stillTrue}</Button>
          <Button size="small" aria-label={t.changeOf(codeWord('service', service.service))} onPress={edit}>{t.change}</Button>
        </div>
      </td>
    </tr>
  );
}

function EditDialog({ of, onClose }: { of: Service | 'new'; onClose: () => void }) {
  const known = own.value?.services ?? [];
  const before = of === 'new' ? undefined : of;
  const free = codesOf('service').filter((name) => !known.some((one) => one.service === name));
  const service = useSignal<string>(before?.service ?? free[0] ?? '');
  const state = useSignal<string>(before?.state ?? 'open');
  const bedsFree = useSignal(String(before?.beds_free ?? ''));
  const bedsTotal = useSignal(String(before?.beds_total ?? ''));
  const comment = useSignal(before?.comment ?? '');
  const hours = useSignal('');
  const give = async (): Promise<void> => {
    const lasts = numberOf(hours.value);
    await sayUndoable(
      {
        service: service.value as ServiceName,
        state: state.value as Service['state'],
        beds_free: numberOf(bedsFree.value),
        beds_total: numberOf(bedsTotal.value),
        comment: comment.value.trim(),
        ...(lasts !== null && { expires_at: new Date(now.peek() + lasts * 3_600_000).toISOString() }),
      },
      before,
    );
    onClose();
  };
  return (
    <Dialog open title={before === undefined ? t.addService : codeWord('service', before.service)} onClose={onClose} onSubmit={give} submit={common.save}>
      {before === undefined && <Choice label={t.service} value={service} list="service" codes={free} />}
      <Choice label={t.state} value={state} list="serviceState" />
      <div class="care-pair">
        <Num label={t.bedsFree} value={bedsFree} min={0} max={10_000} />
        <Num label={t.bedsTotal} value={bedsTotal} min={0} max={10_000} />
      </div>
      <Num label={t.lastsHours} hint={t.lastsHint} value={hours} min={0.5} max={24} step={0.5} />
      <Line label={t.comment} value={comment} />
      <p class="quiet">{t.capacityNote}</p>
    </Dialog>
  );
}

export function CapacityPanel() {
  const editing = useSignal<Service | 'new' | null>(null);
  const house = own.value;
  if (facilities.value === undefined) return <section class="panel"><p class="quiet">{common.loading}</p></section>;
  if (house === undefined) return null;
  const oldest = house.services.map((one) => one.observed_at).sort()[0];
  return (
    <section class="panel column" aria-labelledby="capacity">
      <h2 id="capacity" class="row">
        {t.capacity}
        <span class="grow" />
        <Button size="small" onPress={() => void (editing.value = 'new')} disabled={house.services.length >= codesOf('service').length}>{t.addService}</Button>
      </h2>
      {house.services.length === 0 && <p class="care-late">{t.noCapacity}</p>}
      {house.services.length > 0 && (
        <div class="care-wide" tabIndex={0} role="region" aria-label={t.capacity}>
          <table class="care-capacity">
            <thead>
              <tr>
                <th scope="col">{t.service}</th>
                <th scope="col">{t.state}</th>
                <th scope="col" class="number">{t.beds}</th>
                <th scope="col">{t.told}</th>
                <th scope="col"><span class="sr">{t.change}</span></th>
              </tr>
            </thead>
            <tbody>
              {house.services.map((service) => <Row key={service.service} service={service} edit={() => void (editing.value = service)} />)}
            </tbody>
          </table>
        </div>
      )}
      {oldest && <p class="quiet care-small">{t.capacityNote} {t.oldest(dayTime(oldest))}</p>}
      {editing.value !== null && <EditDialog key={editing.value === 'new' ? 'new' : editing.value.service} of={editing.value} onClose={() => void (editing.value = null)} />}
    </section>
  );
}
