/** A hospital that is silent is telephoned: its number, and who answered, on record as its acknowledgement. */
import { useSignal } from '@preact/signals';
import { send, type Schemas } from '../shared/api';
import { Button, Dialog, Field } from '../shared/components';
import { named, texts } from '../shared/i18n';
import { may } from '../shared/session';
import { organisationOf } from '../shared/store';

type Notice = Schemas['NoticeView'];

const t = texts({
  'zh-CN': {
    heard: '电话已告知',
    title: (name: string) => `电话告知 ${name}`,
    note: '电话告知到院患者后登记接听人；登记即视为医院已确认。',
    spokenTo: '接听人',
    spokenToHint: '姓名与科室',
    who: (name: string) => `电话确认：${name}`,
    needed: '请填写接听人',
    call: (name: string, number: string) => `致电 ${name} ${number}`,
  },
  en: {
    heard: 'Told by telephone',
    title: (name: string) => `${name} told by telephone`,
    note: 'Say who answered after you told them of the patient; it counts as the hospital\'s acknowledgement.',
    spokenTo: 'Spoken to',
    spokenToHint: 'name and department',
    who: (name: string) => `By telephone: ${name}`,
    needed: 'Please say who answered',
    call: (name: string, number: string) => `Call ${name}, ${number}`,
  },
});

export function HeardByTelephone({ notice, onDone }: { notice: Notice; onDone: () => Promise<void> }) {
  const open = useSignal(false);
  const spoken = useSignal('');
  const missing = useSignal(false);
  const house = organisationOf(notice.facility_id);
  if (notice.acknowledged_at !== null || notice.strain_code !== null || notice.arrived_at !== null) return null;
  if (!may('notice.answer') || !notice.open_events.includes('acknowledge')) return null;
  const name = house === undefined ? '' : named(house);
  const give = async (): Promise<void> => {
    missing.value = spoken.value.trim() === '';
    if (missing.value) return;
    await send('/api/v1/notices/{notice_id}/acknowledge', { path: { notice_id: notice.notice_id }, body: { remarks: t.who(spoken.value.trim()) } });
    open.value = false;
    await onDone();
  };
  return (
    <>
      {house?.telephone && <a href={`tel:${house.telephone}`} aria-label={t.call(name, house.telephone)}><span aria-hidden="true">☎︎ </span>{house.telephone}</a>}{' '}
      <Button size="small" onPress={() => void (open.value = true)}>{t.heard}</Button>
      <Dialog open={open.value} title={t.title(name)} onClose={() => void (open.value = false)} onSubmit={give} submit={t.heard}>
        <p class="quiet">{t.note}</p>
        <Field label={t.spokenTo} hint={t.spokenToHint} required {...(missing.value && { wrong: t.needed })}>
          {({ required, ...to }) => (
            <input {...to} aria-required={required} maxLength={120} autocomplete="off" value={spoken.value} onInput={(event) => (spoken.value = event.currentTarget.value)} />
          )}
        </Field>
      </Dialog>
    </>
  );
}
