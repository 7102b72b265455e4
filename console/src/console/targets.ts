/** How long things may take, as the centre has set it: the same figures as in the shift report. */
import { read } from '../shared/api';
import { serverNow } from '../shared/clock';
import { resource } from '../shared/resource';
import { once } from './once';

type Metric = 'ring-to-answer' | 'answer-to-dispatch' | 'turnout' | 'response';
const USUAL: Record<Metric, number> = { 'ring-to-answer': 10, 'answer-to-dispatch': 60, turnout: 180, response: 480 };

const targets = once(() =>
  resource(async () => {
    const until = new Date(serverNow());
    const since = new Date(until.getTime() - 60_000);
    const report = await read('/api/v1/reports/shift', { query: { since: since.toISOString(), until: until.toISOString() } });
    return new Map([report.ring_to_answer, report.answer_to_dispatch, report.turnout, report.response].map((one) => [one.code, one.target_s]));
  }),
);

/** In seconds; the usual figure until the service has answered. */
export function targetOf(metric: Metric): number {
  return targets().value.value?.get(metric) ?? USUAL[metric];
}
