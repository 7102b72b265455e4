/** The console's pure parts: the order of the queue, the grammar of the command line, coordinates as people paste them. */
import { describe, expect, it } from 'vitest';
import { circle } from '../src/console/circle';
import { completions, find, matches, readLine, splitVerb, type Verb } from '../src/console/command';
import { readPlace } from '../src/console/coordinates';
import { arrange, inOrder } from '../src/console/queue';
import type { Incident } from '../src/shared/store';

function incident(id: string, priority: string, opened_at: string, more: object = {}): Incident {
  return { id, priority, opened_at, state: 'open', hold: null, assignments: [], ...more } as unknown as Incident;
}

describe('queue', () => {
  it('puts who has nobody first, then urgency, then age; held ones apart', () => {
    const served = { assignments: [{ released_at: null }] };
    const list = [
      incident('served P1', 'P1', '2026-01-01T00:00:00Z', served),
      incident('young P2', 'P2', '2026-01-01T00:05:00Z'),
      incident('old P2', 'P2', '2026-01-01T00:01:00Z'),
      incident('P1', 'P1', '2026-01-01T00:09:00Z'),
      incident('released', 'P3', '2026-01-01T00:00:00Z', { assignments: [{ released_at: '2026-01-01T00:02:00Z' }] }),
      incident('held', 'P1', '2026-01-01T00:00:00Z', { state: 'held', hold: { remind_at: '2026-01-01T00:10:00Z' } }),
      incident('closed', 'P1', '2026-01-01T00:00:00Z', { state: 'closed' }),
    ];
    expect(inOrder(arrange(list)).map((one) => one.id)).toEqual(['P1', 'old P2', 'young P2', 'released', 'served P1', 'held']);
  });
});

describe('command line', () => {
  const said: string[] = [];
  const units = [{ id: '1', name: '急101' }, { id: '2', name: '急102' }, { id: '3', name: '急201' }];
  const verb = (names: string[], complete?: Verb['complete']): Verb => ({
    names, usage: () => names[0]!, read: (rest) => ({ says: `${names[0]}|${rest}`, run: () => said.push(rest) }), ...(complete && { complete }),
  });
  const verbs = [verb(['派', '派车', 'd', 'send'], (rest) => matches(rest, units)), verb(['恢复', 'resume']), verb(['恢复调用', 'unpause']), verb(['预约', 'reserve'])];
  const read = (line: string): string => {
    const found = readLine(line, verbs, (word) => ({ wrong: word }));
    return 'wrong' in found ? `wrong|${found.wrong}` : found.says;
  };

  it('takes verbs in both languages, shortened, in any case, with or without a space', () => {
    expect(read('D 急101')).toBe('派|急101');
    expect(read('派急101')).toBe('派|急101');
    expect(read('派车 急101')).toBe('派|急101');
    expect(read('ＳＥＮＤ 1')).toBe('派|1');
    expect(read('恢复调用急101')).toBe('恢复调用|急101');
    expect(read('resu')).toBe('恢复|');
    expect(read('26-1042')).toBe('wrong|26-1042');
    expect(splitVerb('re', verbs).verb).toBeNull();
  });

  it('finds what is meant, and says when it is not clear', () => {
    expect(find('急101', units)).toMatchObject({ id: '1' });
    expect(find('201', units)).toMatchObject({ id: '3' });
    expect(find('急10', units)).toBe('many');
    expect(find('急9', units)).toBeNull();
  });

  it('completes verbs first, then what they take', () => {
    expect(completions('s', verbs).map((one) => one.line)).toEqual(['send ']);
    expect(completions('派 急2', verbs).map((one) => one.line)).toEqual(['派 急201 ']);
    expect(completions('派', verbs).map((one) => one.line)).toEqual(['派 急101 ', '派 急102 ', '派 急201 ']);
  });
});

describe('coordinates', () => {
  it('reads what people paste, whichever comes first', () => {
    expect(readPlace('111.2796, 23.4745')).toEqual({ lon: 111.2796, lat: 23.4745 });
    expect(readPlace('23.4745, 111.2796')).toEqual({ lon: 111.2796, lat: 23.4745 });
    expect(readPlace('23.4745N 111.2796E')).toEqual({ lon: 111.2796, lat: 23.4745 });
    expect(readPlace('7PM7F7CP+2Q')).toEqual({ code: '7PM7F7CP+2Q' });
    expect(readPlace('大中路 32 号 3 楼')).toBeNull();
    expect(readPlace('200, 95')).toBeNull();
  });

  it('draws a circle that closes', () => {
    const ring = circle([111, 23], 1000);
    expect(ring[0]![0]).toBeCloseTo(ring.at(-1)![0], 9);
    expect(ring[0]![0] - 111).toBeCloseTo(1000 / 111_320 / Math.cos((23 * Math.PI) / 180), 6);
  });
});
