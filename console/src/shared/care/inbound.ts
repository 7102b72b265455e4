/** Who is coming to this facility: kept current, and heard until somebody acknowledges it. */
import { computed, effect, signal } from '@preact/signals';
import { clear, raise } from '../alarm';
import { read, send, type Schemas } from '../api';
import { serverNow } from '../clock';
import { announce } from '../components';
import { resource, type Resource } from '../resource';
import { careText as t } from './texts/care';
import { codeWord } from './texts/codes';

export type Notice = Schemas['NoticeView'];
type Known = { notices: readonly Notice[]; at: number };

/** ETAs follow the vehicle, and no entry tells of that. */
const EVERY_MS = 10_000;

let kept: Resource<Known> | null = null;
const nobody = signal<Known | undefined>(undefined);

/** Begin to follow the notices; once for each page. */
export function keepInbound(): void {
  if (kept !== null) return;
  kept = resource(
    async () => {
      const { notices } = await read('/api/v1/inbound', { query: { done: true } });
      return { notices, at: serverNow() };
    },
    { entries: ['notice.', 'handover.', 'case.', 'referral.', 'stream.'], topics: ['facility'], everyMs: EVERY_MS },
  );
  effect(soundFor);
}

const known = computed(() => (kept?.value ?? nobody).value);
export const inboundFailure = (): unknown => kept?.failure.value ?? null;

/** Coming or waiting for the handover, in the service's order: who is there first, then by ETA. */
export const inbound = computed(() => known.value?.notices.filter((one) => one.handed_over_at === null && one.withdrawn_at === null));
/** Handed over in the last two hours. */
export const handedOver = computed(() => known.value?.notices.filter((one) => one.handed_over_at !== null) ?? []);
/** When the ETAs that are shown were computed by the service. */
export const inboundAt = computed(() => known.value?.at ?? serverNow());

export const isHeard = (notice: Notice): boolean => notice.acknowledged_at !== null || notice.strain_code !== null || notice.arrived_at !== null;

function put(notice: Notice): Notice {
  const now = kept?.value.peek();
  if (now !== undefined) kept!.set({ ...now, notices: now.notices.map((one) => (one.notice_id === notice.notice_id ? notice : one)) });
  void kept?.refresh();
  return notice;
}

export async function acknowledgeNotice({ notice_id }: Notice): Promise<Notice> {
  return put(await send('/api/v1/notices/{notice_id}/acknowledge', { path: { notice_id } }));
}

export async function reportStrain({ notice_id }: Notice, code: string, remarks: string): Promise<Notice> {
  return put(await send('/api/v1/notices/{notice_id}/strain', { path: { notice_id }, body: { code, remarks } }));
}

export async function signHandover({ notice_id }: Notice, command_id: string, summary: string, remarks: string): Promise<Notice> {
  return put(await send('/api/v1/notices/{notice_id}/sign', { path: { notice_id }, body: { command_id, summary, remarks } }, command_id));
}

const sounding = new Set<string>();

/** One line for each patient: nobody acknowledges one whom they have not seen, because another was at the top. */
function soundFor(): void {
  const waiting = new Map((inbound.value ?? []).filter((one) => !isHeard(one)).map((one) => [`notice ${one.notice_id}`, one]));
  for (const id of sounding) {
    if (waiting.has(id)) continue;
    clear(id);
    sounding.delete(id);
  }
  for (const [id, notice] of waiting) {
    const says = (): string => t.coming(notice.priority ?? '', notice.alerts.map((one) => codeWord('alert', one)).join(' '), notice.patient.complaint ?? '', notice.unit);
    if (!sounding.has(id) && notice.priority === 'P1') announce(says());
    sounding.add(id);
    raise({
      id,
      cause: id,
      level: notice.priority === 'P1' ? 1 : 2,
      says,
      take: () => acknowledgeNotice(notice),
      go: () => document.getElementById(`notice-${notice.notice_id}`)?.scrollIntoView({ block: 'nearest' }),
    });
  }
}
