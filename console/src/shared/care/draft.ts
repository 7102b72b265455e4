/**
 * What was typed into a form, kept in this browser with each key: a call in between, a reload, a dead battery lose
 * nothing. It is removed when the form was sent or thrown away.
 */
import { effect, signal, type Signal } from '@preact/signals';
import { serverNow } from '../clock';
import { seat } from '../seat';
import { me } from '../session';

const PREFIX = 'jiuhu-care-draft';

export class Draft {
  /** When it was kept last; null as long as there is nothing to keep. */
  readonly savedAt = signal<number | null>(null);
  private readonly place: string;
  private readonly fields = new Map<string, Signal<string>>();
  private readonly found: Record<string, string>;
  private readonly stops: (() => void)[] = [];

  constructor(name: string) {
    this.place = `${PREFIX} ${seat ?? me.peek()?.id ?? ''} ${name}`;
    this.found = this.load();
    if (Object.keys(this.found).length > 0) this.savedAt.value = serverNow();
  }

  /** A field of the form; what was kept goes before the initial value. */
  field(name: string, initial = ''): Signal<string> {
    const known = this.fields.get(name);
    if (known !== undefined) return known;
    const made = signal(this.found[name] ?? initial);
    this.fields.set(name, made);
    let first = true;
    this.stops.push(
      effect(() => {
        this.found[name] = made.value;
        if (!first) this.save();
        first = false;
      }),
    );
    return made;
  }

  /** Nothing of it is left. */
  drop(): void {
    this.stops.splice(0).forEach((stop) => stop());
    this.savedAt.value = null;
    try {
      localStorage.removeItem(this.place);
    } catch {
      // Then nothing was kept either.
    }
  }

  private save(): void {
    try {
      localStorage.setItem(this.place, JSON.stringify(this.found));
      this.savedAt.value = serverNow();
    } catch {
      this.savedAt.value = null;
    }
  }

  private load(): Record<string, string> {
    try {
      return JSON.parse(localStorage.getItem(this.place) ?? '{}') as Record<string, string>;
    } catch {
      return {};
    }
  }
}
