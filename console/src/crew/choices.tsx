/** One of several, as big buttons: what radio buttons are, for gloves. */
interface ChoicesProps<T extends string> {
  label: string;
  of: readonly T[];
  chosen: T | null | undefined;
  says: (one: T) => string;
  choose: (one: T) => void;
}

export function Choices<T extends string>({ label, of, chosen, says, choose }: ChoicesProps<T>) {
  return (
    <div class="choices" role="group" aria-label={label}>
      {of.map((one) => (
        <button key={one} type="button" aria-pressed={chosen === one} onClick={() => choose(one)}>
          <span aria-hidden="true">{chosen === one ? '●' : '○'}</span> {says(one)}
        </button>
      ))}
    </div>
  );
}
