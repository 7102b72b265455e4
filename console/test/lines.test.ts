/** What is pure of lines that are lost: requests asked again, and lists that are fetched while they change. */
import { describe, expect, test, vi } from 'vitest';
import { collection } from '../src/shared/collection';
import { lineIs, tryOf } from '../src/shared/inflight';

describe('requests', () => {
  test('on a line that is there have all the time they need', async () => {
    const { signal, next } = tryOf(0);
    await new Promise((go) => setTimeout(go, 800));
    expect([signal.aborted, next()]).toEqual([false, null]);
  });
  test('that hang when the line is lost are asked again, and again when it is back', () => {
    const before = tryOf(0);
    lineIs('lost');
    expect([before.signal.aborted, before.next()]).toEqual([true, 0]);
    const meanwhile = tryOf(1);
    lineIs('back');
    expect([meanwhile.signal.aborted, meanwhile.next()]).toEqual([true, 0]);
  });
  test('without a line are given longer with each try', async () => {
    lineIs('lost');
    const first = tryOf(0);
    await vi.waitFor(() => expect(first.signal.aborted).toBe(true), 2_000);
    expect(first.next()).toBe(1);
    const second = tryOf(1);
    await vi.waitFor(() => expect(second.signal.aborted).toBe(true), 4_000);
    expect(second.next()).toBe(2);
  });
  test('that their caller gives up are given up', () => {
    const mine = new AbortController();
    const { signal, next } = tryOf(0, mine.signal);
    mine.abort();
    expect([signal.aborted, next()]).toEqual([true, null]);
  });
});

describe('a list that is fetched whole', () => {
  const items = () => collection<{ id: string; says: string }>(async () => undefined);
  const sayings = (of: ReturnType<typeof items>) => of.all.value.map((one) => one.says).sort();

  test('keeps what arrived while it was fetched, and drops what is gone', async () => {
    const list = items();
    list.put({ id: 'gone', says: 'gone' });
    await list.refill(async () => {
      list.put({ id: 'new', says: 'arrived meanwhile' });
      return [{ id: 'old', says: 'old' }];
    });
    expect(sayings(list)).toEqual(['arrived meanwhile', 'old']);
  });
  test('does not bring back what was dropped meanwhile, nor an older state of what was put', async () => {
    const list = items();
    await list.refill(async () => {
      list.put({ id: 'a', says: 'newer' });
      list.drop('b');
      return [{ id: 'a', says: 'older' }, { id: 'b', says: 'gone since' }];
    });
    expect(sayings(list)).toEqual(['newer']);
  });
  test('is as it was when the fetch fails', async () => {
    const list = items();
    list.put({ id: 'a', says: 'kept' });
    await expect(list.refill(() => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect(sayings(list)).toEqual(['kept']);
  });
});
